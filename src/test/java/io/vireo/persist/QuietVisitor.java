package io.vireo.persist;

import io.vireo.value.StreamId;
import io.vireo.value.ValueType;

/** Looks at nothing and lets everything pass, or only what this server can hold. */
public class QuietVisitor implements RdbVisitor {
    private final boolean takesAll;

    public QuietVisitor() {
        this(true);
    }

    public QuietVisitor(boolean takesAll) {
        this.takesAll = takesAll;
    }

    @Override
    public void string(RdbEntry entry, RdbString value) {}

    @Override
    public void number(RdbEntry entry, long value) {}

    @Override
    public void longString(RdbEntry entry, long length) {}

    @Override
    public void piece(byte[] bytes, int offset, int length) {}

    @Override
    public void collection(RdbEntry entry, ValueType type) {}

    @Override
    public void element(RdbString word) {}

    @Override
    public void element(RdbString field, RdbString value) {}

    @Override
    public void element(RdbString member, double score) {}

    @Override
    public void node(RdbString packedList, int count) {}

    @Override
    public void endOfCollection() {}

    @Override
    public void packed(RdbEntry entry, PackedForm form, RdbString bytes, int count) {}

    @Override
    public void stream(RdbEntry entry) {}

    @Override
    public void streamNode(StreamId firstId, RdbString packedList, long entries) {}

    @Override
    public void streamHead(StreamId last, StreamId maxDeleted, long added) {}

    @Override
    public void streamGroup(RdbString name, StreamId last, long entriesRead) {}

    @Override
    public void streamConsumer(RdbString name, long seenMs, long activeMs) {}

    @Override
    public void streamPending(StreamId id, long deliveredMs, long deliveries) {}

    @Override
    public void endOfStream() {}

    @Override
    public void other(RdbEntry entry, RdbType type) throws RdbException {
        if (!takesAll) {
            RdbVisitor.super.other(entry, type);
        }
    }

    @Override
    public void moduleAux(String module, long offset) throws RdbException {
        if (!takesAll) {
            RdbVisitor.super.moduleAux(module, offset);
        }
    }
}
