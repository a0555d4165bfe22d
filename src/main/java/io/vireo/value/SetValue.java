package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.random.RandomGenerator;

/**
 * A set of words. One of numbers is a packed {@link IntegerSet}; another small one a {@link PackedList}, which the entry's
 * mark tells; others are a table.
 *
 * <p>Redis 7.0 keeps what is no set of numbers in a hash table, so a packed list is called one, and saved as one.
 */
@RunsOn(Loop.KEYSPACE)
public final class SetValue extends CollectionValue {
    public static final CollectionType<SetValue> TYPE =
            new CollectionType<>(ValueType.SET, SetValue::new, IntegerSet.EMPTY_BYTES, IntegerSet::writeEmpty);

    /** The limits of a packed list, those of Redis 7.2. */
    private static final int PACKED_MOST_MEMBERS = 128;

    private static final int PACKED_LONGEST_MEMBER = 64;
    private static final long MOST_NUMBERS = 1 << 30;

    private final IntegerSet numbers = new IntegerSet();
    private final PackedList packed = new PackedList();
    private final StringValue shown = new StringValue();
    private ElementTable table;
    private boolean isPackedList;

    /** Is shown a member; it is good until the next one. */
    public interface Visitor {
        void visit(StringValue member);
    }

    @Override
    public void pointAt(ValueHome newHome) {
        super.pointAt(newHome);
        table = (ElementTable) newHome.large();
        isPackedList = table == null && newHome.isMarked();
        if (isPackedList) {
            packed.pointAt(newHome);
        } else if (table == null) {
            numbers.pointAt(newHome);
        }
    }

    @Override
    public long size() {
        if (table != null) {
            return table.size();
        }
        return isPackedList ? packed.count() : numbers.count();
    }

    @Override
    public String encoding() {
        return isNumbers() ? "intset" : "hashtable";
    }

    /** Whether all members are numbers, kept as such in ascending order. */
    public boolean isNumbers() {
        return table == null && !isPackedList;
    }

    /** Whether it is no longer packed: a member's bytes then stay where they are as long as it is there. */
    public boolean isLarge() {
        return table != null;
    }

    public boolean contains(Bytes member) {
        if (table != null) {
            return table.find(member) != ElementTable.ABSENT;
        }
        if (isPackedList) {
            return packed.find(packed.first(), member, 1) != PackedList.NONE;
        }
        return Decimal.isLong(member) && numbers.contains(Decimal.toLong(member));
    }

    public boolean contains(StringValue member) {
        if (member.isInt() && isNumbers()) {
            return numbers.contains(member.longValue());
        }
        return contains(member.bytes());
    }

    /** Adds a member, which must not lie in this set. Returns whether it is new. */
    public boolean add(Bytes member) {
        if (isNumbers()) {
            if (Decimal.isLong(member)) {
                return addNumber(Decimal.toLong(member));
            }
            leaveNumbers(member);
        }
        if (table != null) {
            return table.add(member);
        }
        if (contains(member)) {
            return false;
        }
        if (packed.count() >= PACKED_MOST_MEMBERS || member.length() > PACKED_LONGEST_MEMBER) {
            enlarge();
            return table.add(member);
        }
        packed.append(member);
        return true;
    }

    private boolean addNumber(long number) {
        if (!numbers.add(number)) {
            return false;
        }
        if (numbers.count() > Math.min(MOST_NUMBERS, home().memory().limits().setMaxIntsetEntries)) {
            enlarge();
        }
        return true;
    }

    /** Changes to a form that takes any word, of which this will be the next. */
    private void leaveNumbers(Bytes next) {
        if (numbers.count() >= PACKED_MOST_MEMBERS || next.length() > PACKED_LONGEST_MEMBER) {
            enlarge();
            return;
        }
        long[] all = new long[numbers.count()];
        int bytes = PackedList.EMPTY_BYTES;
        for (int i = 0; i < all.length; i++) {
            all[i] = numbers.at(i);
            bytes += PackedList.sizeOf(all[i]);
        }
        int room = Math.max(bytes, numbers.bytes());
        home().resize(room); // what may fail comes first: from here on the numbers are in the array alone
        PackedList.writeEmpty(home().address());
        packed.pointAt(new FixedRoom(home()));
        for (long number : all) {
            packed.append(number);
        }
        home().mark(true);
        home().resize(bytes);
        packed.pointAt(home());
        isPackedList = true;
    }

    /** Room that is large enough already. */
    private record FixedRoom(BlobRoom room) implements BlobRoom {
        @Override
        public long address() {
            return room.address();
        }

        @Override
        public long resize(int length) {
            return room.address();
        }
    }

    @Override
    public void fit() {
        if (isNumbers()) {
            if (numbers.count() > home().memory().limits().setMaxIntsetEntries) {
                enlarge();
            }
            return;
        }
        boolean[] tooLong = {isPackedList && packed.count() > PACKED_MOST_MEMBERS};
        if (isPackedList && !tooLong[0]) {
            forEach(member -> tooLong[0] |= member.length() > PACKED_LONGEST_MEMBER);
        }
        if (tooLong[0]) {
            enlarge();
        }
    }

    private void enlarge() {
        ElementTable larger = new ElementTable(home().memory().arena(), ElementTable.Rest.NOTHING);
        try {
            forEach(member -> larger.add(member.bytes()));
            home().enlarge(larger);
        } catch (RuntimeException e) {
            larger.discard();
            throw e;
        }
        table = larger;
        isPackedList = false;
    }

    /** Removes a member. Returns whether it was there. */
    public boolean remove(Bytes member) {
        if (table != null) {
            return table.remove(member);
        }
        if (!isPackedList) {
            return Decimal.isLong(member) && numbers.remove(Decimal.toLong(member));
        }
        int at = packed.find(packed.first(), member, 1);
        if (at == PackedList.NONE) {
            return false;
        }
        packed.remove(at);
        return true;
    }

    /** Shows all members; nothing may change meanwhile. */
    public void forEach(Visitor visitor) {
        if (table != null) {
            table.forEach(blob -> show(blob, visitor));
        } else if (isPackedList) {
            for (int at = packed.first(); at != PackedList.NONE; at = packed.next(at)) {
                visitor.visit(packed.at(at, shown));
            }
        } else {
            for (int i = 0; i < numbers.count(); i++) {
                visitor.visit(shown.setNumber(numbers.at(i)));
            }
        }
    }

    private void show(long blob, Visitor visitor) {
        visitor.visit(shown.pointAt(Element.fieldAddress(blob), Element.fieldLength(blob)));
    }

    /** Shows some members from a cursor on and returns where to go on, 0 at the end; all at once where it is packed. */
    public long scan(long cursor, int atLeast, Visitor visitor) {
        if (table != null) {
            return table.scan(cursor, atLeast, blob -> show(blob, visitor));
        }
        forEach(visitor);
        return 0;
    }

    /** A member chosen by chance, in this set's own view. */
    public StringValue random(RandomGenerator random) {
        if (table != null) {
            long blob = table.random(random);
            return shown.pointAt(Element.fieldAddress(blob), Element.fieldLength(blob));
        }
        if (isPackedList) {
            return packed.at(packed.seek(random.nextInt(packed.count())), shown);
        }
        return shown.setNumber(numbers.at(random.nextInt(numbers.count())));
    }

    @Override
    public void digest(DigestSink to) {
        forEach(member -> {
            to.word(member.bytes());
            to.endOfElement(false);
        });
    }
}
