package io.vireo.persist;

import io.vireo.value.StreamId;
import io.vireo.value.ValueType;

/** Puts what a reader tells of into a target. */
abstract class RdbFilling implements RdbVisitor {
    private final LoadingBatch batch;
    private RdbEntry current;
    private long empty;
    private boolean leftOut;

    RdbFilling(LoadingBatch batch) {
        this.batch = batch;
    }

    final LoadingBatch batch() {
        return batch;
    }

    /** Collections without elements that were passed over. */
    final long empty() {
        return empty;
    }

    /** A collection without elements is passed over. */
    void isEmpty(RdbEntry entry) {}

    /** Whether a key is passed over; asked once for each. */
    abstract boolean isLeftOut(RdbEntry entry);

    @Override
    public final void string(RdbEntry entry, RdbString text) throws RdbException {
        if (!isLeftOut(entry)) {
            batch.string(entry, text);
        }
    }

    @Override
    public final void number(RdbEntry entry, long number) throws RdbException {
        if (!isLeftOut(entry)) {
            batch.number(entry, number);
        }
    }

    @Override
    public final void longString(RdbEntry entry, long length) throws RdbException {
        leftOut = isLeftOut(entry);
        if (!leftOut) {
            batch.beginLong(entry, length);
        }
    }

    @Override
    public final void piece(byte[] bytes, int offset, int length) throws RdbException {
        if (!leftOut) {
            batch.append(bytes, offset, length);
        }
    }

    @Override
    public final void collection(RdbEntry entry, ValueType type) throws RdbException {
        current = entry;
        leftOut = isLeftOut(entry);
        if (!leftOut) {
            batch.beginCollection(entry, type);
        }
    }

    @Override
    public final void element(RdbString word) throws RdbException {
        if (!leftOut) {
            batch.element(word);
        }
    }

    @Override
    public final void element(RdbString field, RdbString value) throws RdbException {
        if (!leftOut) {
            batch.element(field, value);
        }
    }

    @Override
    public final void element(RdbString member, double score) throws RdbException {
        if (!leftOut) {
            batch.element(member, score);
        }
    }

    @Override
    public final void node(RdbString packedList, int count) throws RdbException {
        if (!leftOut) {
            batch.node(packedList, count);
        }
    }

    @Override
    public final void endOfCollection() {
        if (!leftOut && !batch.endCollection()) {
            passedOver();
        }
    }

    private void passedOver() {
        empty++;
        isEmpty(current);
    }

    @Override
    public final void packed(RdbEntry entry, PackedForm form, RdbString bytes, int count) throws RdbException {
        current = entry;
        if (count == 0) {
            passedOver();
        } else if (!isLeftOut(entry)) {
            batch.packed(entry, form, bytes);
        }
    }

    @Override
    public final void stream(RdbEntry entry) throws RdbException {
        leftOut = isLeftOut(entry);
        if (!leftOut) {
            batch.beginCollection(entry, ValueType.STREAM);
        }
    }

    @Override
    public final void streamNode(StreamId firstId, RdbString packedList, long entries) throws RdbException {
        if (!leftOut) {
            batch.streamNode(firstId, packedList, entries);
        }
    }

    @Override
    public final void streamHead(StreamId last, StreamId maxDeleted, long added) {
        if (!leftOut) {
            batch.stream().head(last, maxDeleted, added);
        }
    }

    @Override
    public final void streamGroup(RdbString name, StreamId last, long entriesRead) {
        if (!leftOut) {
            batch.stream().group(name.toArray(), last, entriesRead);
        }
    }

    @Override
    public final void streamConsumer(RdbString name, long seenMs, long activeMs) {
        if (!leftOut) {
            batch.stream().consumer(name.toArray(), seenMs, activeMs);
        }
    }

    @Override
    public final void streamPending(StreamId id, long deliveredMs, long deliveries) throws RdbException {
        if (!leftOut) {
            batch.streamPending(id, deliveredMs, deliveries);
        }
    }

    @Override
    public final void endOfStream() {
        if (!leftOut) {
            batch.endCollection();
        }
    }
}
