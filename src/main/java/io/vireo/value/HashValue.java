package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.random.RandomGenerator;

/**
 * A hash: fields with a value each. Small ones are a packed list of field, value, field, value in the order they came;
 * others a table.
 */
@RunsOn(Loop.KEYSPACE)
public final class HashValue extends CollectionValue {
    public static final CollectionType<HashValue> TYPE =
            new CollectionType<>(ValueType.HASH, HashValue::new, PackedList.EMPTY_BYTES, PackedList::writeEmpty);

    private final PackedList packed = new PackedList();
    private final StringValue shownField = new StringValue();
    private final StringValue shownValue = new StringValue();
    private ElementTable table;

    /** Is shown a field and its value; both are good until the next one. */
    public interface Visitor {
        void visit(StringValue field, StringValue value);
    }

    @Override
    public void pointAt(ValueHome newHome) {
        super.pointAt(newHome);
        table = (ElementTable) newHome.large();
        if (table == null) {
            packed.pointAt(newHome);
        }
    }

    @Override
    public long size() {
        return table != null ? table.size() : packed.count() / 2;
    }

    @Override
    public String encoding() {
        return table != null ? "hashtable" : "listpack";
    }

    /** Whether it is no longer packed: a field's bytes then stay where they are as long as it is there. */
    public boolean isLarge() {
        return table != null;
    }

    /** The value of a field, in this hash's own view, or null where there is none. */
    public StringValue get(Bytes field) {
        return get(field, shownValue);
    }

    /** Points a view at the value of a field; null where there is none. */
    public StringValue get(Bytes field, StringValue into) {
        if (table == null) {
            int at = find(field);
            return at == PackedList.NONE ? null : packed.at(packed.next(at), into);
        }
        long slot = table.find(field);
        if (slot == ElementTable.ABSENT) {
            return null;
        }
        long blob = table.blobAt(slot);
        return into.pointAt(Element.valueAddress(blob), Element.valueLength(blob));
    }

    public boolean contains(Bytes field) {
        return table != null ? table.find(field) != ElementTable.ABSENT : find(field) != PackedList.NONE;
    }

    private int find(Bytes field) {
        return packed.find(packed.first(), field, 2);
    }

    /** Sets the value of a field. Returns whether the field is new. Neither word may lie in this hash. */
    public boolean put(Bytes field, Bytes value) {
        if (table == null && isTooLong(field, value)) {
            enlarge();
        }
        if (table != null) {
            return table.put(field, value);
        }
        int at = find(field);
        if (at != PackedList.NONE) {
            packed.replace(packed.next(at), value);
            return false;
        }
        if (size() >= home().memory().limits().hashMaxListpackEntries) {
            enlarge();
            return table.put(field, value);
        }
        packed.append(field);
        packed.append(value);
        return true;
    }

    private boolean isTooLong(Bytes field, Bytes value) {
        long most = home().memory().limits().hashMaxListpackValue;
        return field.length() > most || value.length() > most;
    }

    @Override
    public void fit() {
        if (table == null && size() > home().memory().limits().hashMaxListpackEntries) {
            enlarge();
            return;
        }
        boolean[] tooLong = {false};
        if (table == null) {
            forEach((field, value) -> tooLong[0] |= isTooLong(field.bytes(), value.bytes()));
        }
        if (tooLong[0]) {
            enlarge();
        }
    }

    private void enlarge() {
        ElementTable larger = new ElementTable(home().memory().arena(), ElementTable.Rest.VALUE);
        try {
            forEach((field, value) -> larger.put(field.bytes(), value.bytes()));
            home().enlarge(larger);
        } catch (RuntimeException e) {
            larger.discard();
            throw e;
        }
        table = larger;
    }

    /** Removes a field. Returns whether it was there. */
    public boolean remove(Bytes field) {
        if (table != null) {
            return table.remove(field);
        }
        int at = find(field);
        if (at == PackedList.NONE) {
            return false;
        }
        packed.remove(at, 2);
        return true;
    }

    /** Shows all fields; nothing may change meanwhile. */
    public void forEach(Visitor visitor) {
        if (table != null) {
            table.forEach(blob -> show(blob, visitor));
            return;
        }
        for (int at = packed.first(); at != PackedList.NONE; ) {
            int value = packed.next(at);
            visitor.visit(packed.at(at, shownField), packed.at(value, shownValue));
            at = packed.next(value);
        }
    }

    private void show(long blob, Visitor visitor) {
        visitor.visit(
                shownField.pointAt(Element.fieldAddress(blob), Element.fieldLength(blob)),
                shownValue.pointAt(Element.valueAddress(blob), Element.valueLength(blob)));
    }

    /** Shows some fields from a cursor on and returns where to go on, 0 at the end; all at once where it is packed. */
    public long scan(long cursor, int atLeast, Visitor visitor) {
        if (table != null) {
            return table.scan(cursor, atLeast, blob -> show(blob, visitor));
        }
        forEach(visitor);
        return 0;
    }

    /** Shows a field chosen by chance. */
    public void random(RandomGenerator random, Visitor visitor) {
        if (table != null) {
            show(table.random(random), visitor);
            return;
        }
        int at = packed.seek(2L * random.nextInt(packed.count() / 2));
        visitor.visit(packed.at(at, shownField), packed.at(packed.next(at), shownValue));
    }

    @Override
    public void digest(DigestSink to) {
        forEach((field, value) -> {
            to.word(field.bytes());
            to.word(value.bytes());
            to.endOfElement(false);
        });
    }
}
