package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * Entries of a stream in one blob, in the layout of Redis, byte for byte: the id of the first one, and a packed list of
 *
 * <pre>
 *   count | deleted | fields | field ... | 0 | entry ...
 *
 *   entry with the same fields:   flags 2 | ms - first ms | seq - first seq | value ...                     | elements
 *   entry with other fields:      flags 0 | ms - first ms | seq - first seq | fields | field | value | ...  | elements
 * </pre>
 *
 * <p>The last number of an entry says how many elements are in front of it, so that it can be read backwards. An entry
 * that is deleted stays, with 1 added to its flags. A view: pointed at a blob, good until the memory changes under it.
 */
@RunsOn(Loop.KEYSPACE)
public final class StreamNode {
    /** Bytes in front of the packed list: the first id. */
    static final int ID_BYTES = 16;

    /** No entry. */
    static final int NONE = PackedList.NONE;

    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;
    /** Elements of an entry besides its fields and values: flags and the two parts of its id. */
    private static final int FIXED = 3;

    private final PackedList list = new PackedList();
    private final StringValue shownField = new StringValue();
    private final StringValue shownValue = new StringValue();
    private long firstMs;
    private long firstSeq;

    /** The entry that the view stands at. */
    private int at;

    private int flags;
    private long ms;
    private long seq;
    private int fields;
    private int firstWord;

    /** Is shown a field and its value; both are good until the next one. */
    public interface Visitor {
        void visit(StringValue field, StringValue value);
    }

    /** Points this view at a blob that is only read. */
    StreamNode pointAt(long address) {
        id(address);
        list.pointAt(address + ID_BYTES);
        return this;
    }

    /** Points this view at a blob whose list may be changed. */
    StreamNode pointAt(long address, BlobRoom room) {
        id(address);
        list.pointAt(room);
        return this;
    }

    private void id(long address) {
        firstMs = RawMemory.getLong(address);
        firstSeq = RawMemory.getLong(address + Long.BYTES);
    }

    PackedList list() {
        return list;
    }

    long entries() {
        return list.numberAt(list.first());
    }

    long deleted() {
        return list.numberAt(list.next(list.first()));
    }

    // Making.

    /** Writes the head of a node whose first entry has these fields, at every second index. The list must be empty. */
    void begin(Bytes[] words, int count) {
        list.append(0L);
        list.append(0L);
        list.append((long) count / 2);
        for (int i = 0; i < count; i += 2) {
            list.append(words[i]);
        }
        list.append(0L);
    }

    /** Adds an entry with an id behind all others. */
    void append(StreamId id, Bytes[] words, int count) {
        boolean same = hasSameFields(words, count);
        long fieldCount = count / 2;
        list.append((long) (same ? SAME_FIELDS : 0));
        list.append(id.ms() - firstMs);
        list.append(id.seq() - firstSeq);
        if (!same) {
            list.append(fieldCount);
        }
        for (int i = 0; i < count; i += 2) {
            if (!same) {
                list.append(words[i]);
            }
            list.append(words[i + 1]);
        }
        list.append(same ? FIXED + fieldCount : FIXED + 1 + 2 * fieldCount);
        count(1, 0);
    }

    private boolean hasSameFields(Bytes[] words, int count) {
        int element = list.next(list.next(list.first()));
        if (list.numberAt(element) != count / 2) {
            return false;
        }
        for (int i = 0; i < count; i += 2) {
            element = list.next(element);
            if (!list.isAt(element, words[i])) {
                return false;
            }
        }
        return true;
    }

    private void count(int moreEntries, int moreDeleted) {
        int first = list.first();
        list.replace(first, list.numberAt(first) + moreEntries);
        int second = list.next(list.first());
        if (moreDeleted != 0) {
            list.replace(second, list.numberAt(second) + moreDeleted);
        }
    }

    // Walking.

    private int behindHead() {
        int fieldCount = list.next(list.next(list.first()));
        int element = list.next(fieldCount);
        for (long left = list.numberAt(fieldCount); left >= 0; left--) {
            element = list.next(element);
        }
        return element;
    }

    /** Goes to the first entry, deleted or not; false where there is none. */
    boolean first() {
        return stand(behindHead());
    }

    /** Goes to the last entry. */
    boolean last() {
        return standBefore(list.end());
    }

    /** Goes to the next entry. */
    boolean next() {
        int element = firstWord;
        for (int left = isSame() ? fields : 2 * fields; left >= 0; left--) {
            element = list.next(element);
        }
        return stand(element);
    }

    /** Goes to the entry before. */
    boolean previous() {
        return standBefore(at);
    }

    private boolean standBefore(int behind) {
        int element = list.previous(behind);
        long back = list.numberAt(element);
        if (back == 0) {
            return false; // the end of the head
        }
        for (; back > 0; back--) {
            element = list.previous(element);
        }
        return stand(element);
    }

    private boolean stand(int element) {
        if (element == NONE) {
            return false;
        }
        at = element;
        flags = (int) list.numberAt(element);
        int part = list.next(element);
        ms = firstMs + list.numberAt(part);
        part = list.next(part);
        seq = firstSeq + list.numberAt(part);
        if (isSame()) {
            fields = (int) list.numberAt(list.next(list.next(list.first())));
        } else {
            part = list.next(part);
            fields = (int) list.numberAt(part);
        }
        firstWord = list.next(part);
        return true;
    }

    private boolean isSame() {
        return (flags & SAME_FIELDS) != 0;
    }

    // The entry.

    boolean isDeleted() {
        return (flags & DELETED) != 0;
    }

    public long ms() {
        return ms;
    }

    public long seq() {
        return seq;
    }

    public StreamId id() {
        return new StreamId(ms, seq);
    }

    /** How many fields the entry has. */
    public int fields() {
        return fields;
    }

    /** Shows the fields of the entry with their values. */
    public void forEach(Visitor visitor) {
        int word = firstWord;
        int field = isSame() ? list.next(list.next(list.next(list.first()))) : NONE;
        for (int left = fields; left > 0; left--) {
            if (isSame()) {
                visitor.visit(list.at(field, shownField), list.at(word, shownValue));
                field = list.next(field);
            } else {
                int value = list.next(word);
                visitor.visit(list.at(word, shownField), list.at(value, shownValue));
                word = value;
            }
            word = list.next(word);
        }
    }

    /** Marks the entry as deleted. */
    void delete() {
        flags |= DELETED;
        list.replace(at, (long) flags);
        count(-1, 1);
    }
}
