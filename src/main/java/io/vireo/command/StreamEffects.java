package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.value.StreamGroup;
import io.vireo.value.StreamId;

/** What replicas receive of a group, in settled form. */
final class StreamEffects {
    private static final byte[] XCLAIM = StringCommands.ascii("XCLAIM");
    private static final byte[] XGROUP = StringCommands.ascii("XGROUP");
    private static final byte[] SETID = StringCommands.ascii("SETID");
    private static final byte[] CREATECONSUMER = StringCommands.ascii("CREATECONSUMER");
    private static final byte[] ENTRIESREAD = StringCommands.ascii("ENTRIESREAD");
    private static final byte[] TIME = StringCommands.ascii("TIME");
    private static final byte[] RETRYCOUNT = StringCommands.ascii("RETRYCOUNT");
    private static final byte[] FORCE = StringCommands.ascii("FORCE");
    private static final byte[] JUSTID = StringCommands.ascii("JUSTID");
    private static final byte[] LASTID = StringCommands.ascii("LASTID");

    private StreamEffects() {}

    /** A pending entry as it is now: with its owner, time and count. */
    static void claim(CommandContext ctx, Bytes key, StreamGroup group, StreamGroup.Pending entry) {
        ctx.propagate(14)
                .word(XCLAIM)
                .word(key)
                .word(group.name())
                .word(entry.consumer().name())
                .word(0)
                .word(ctx.text(entry.id().toString()))
                .word(TIME)
                .word(entry.deliveredMs())
                .word(RETRYCOUNT)
                .word(entry.deliveries())
                .word(FORCE)
                .word(JUSTID)
                .word(LASTID)
                .word(ctx.text(group.lastId().toString()));
    }

    /** Up to where a group was delivered. */
    static void position(CommandContext ctx, Bytes key, StreamGroup group) {
        StreamId last = group.lastId();
        ctx.propagate(7)
                .word(XGROUP)
                .word(SETID)
                .word(key)
                .word(group.name())
                .word(ctx.text(last.toString()))
                .word(ENTRIESREAD)
                .word(group.entriesRead());
    }

    /** A consumer that has come by being named. */
    static void consumer(CommandContext ctx, Bytes key, StreamGroup group, byte[] consumer) {
        ctx.propagate(5)
                .word(XGROUP)
                .word(CREATECONSUMER)
                .word(key)
                .word(group.name())
                .word(consumer);
    }
}
