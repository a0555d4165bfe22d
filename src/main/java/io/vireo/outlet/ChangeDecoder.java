package io.vireo.outlet;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.resp.Args;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Makes an event of each command of the stream that changes data. */
@RunsOn(Loop.CONTROL)
final class ChangeDecoder {
    /** What the stream says about itself. */
    private static final Set<String> NO_CHANGES = Set.of("ping", "select", "multi", "exec", "replconf", "publish");

    private static final int FIRST_CAPACITY = 64 << 10;

    private final CommandKeys keys;
    private final Consumer<JsonObject> events;
    private final Args args = new Args();
    private RespDecoder decoder = new RespDecoder(args);
    private MemorySegment memory = Arena.ofAuto().allocate(FIRST_CAPACITY);
    private int held;
    private int database;
    private boolean inTransaction;
    private long after;

    ChangeDecoder(CommandKeys keys, Consumer<JsonObject> events) {
        this.keys = keys;
        this.events = events;
    }

    /** Takes the next bytes; what is left of a command waits for the rest of it. */
    void accept(StreamChunk chunk) {
        if (chunk.isFresh()) {
            held = 0;
            decoder = new RespDecoder(args);
            database = Math.max(0, chunk.database());
            inTransaction = false;
            after = chunk.firstOffset() - 1;
        }
        long offset = chunk.firstOffset() - held;
        append(chunk.bytes());
        int used = 0;
        try {
            while (used < held
                    && decoder.next(memory.address() + used, held - used, RespDecoder.Limits.NONE)
                            != RespDecoder.Outcome.MORE) {
                used += decoder.used();
                take(decoder.args(), chunk, offset + used - 1);
            }
        } catch (ProtocolException e) {
            throw new IllegalStateException("the stream holds commands only", e);
        }
        held -= used;
        MemorySegment.copy(memory, used, memory, 0, held);
    }

    private void append(byte[] bytes) {
        if (memory.byteSize() < held + bytes.length) {
            MemorySegment larger = Arena.ofAuto().allocate(Math.max(2 * memory.byteSize(), held + bytes.length));
            MemorySegment.copy(memory, 0, larger, 0, held);
            memory = larger;
        }
        RawMemory.copyIn(bytes, 0, memory.address() + held, bytes.length);
        held += bytes.length;
    }

    private void take(Args command, StreamChunk chunk, long offset) {
        String name = text(command.get(0));
        if (name.equals("select")) {
            database = (int) command.integer(1);
        }
        inTransaction = name.equals("multi") || inTransaction && !name.equals("exec");
        if (NO_CHANGES.contains(name)) {
            return;
        }
        JsonArray found = new JsonArray();
        keys.find(command, position -> found.add(buffer(command.get(position))));
        JsonArray words = new JsonArray();
        for (int i = 1; i < command.count(); i++) {
            words.add(buffer(command.get(i)));
        }
        events.accept(new JsonObject()
                .put("id", chunk.replicationId())
                .put("after", after)
                .put("offset", offset)
                .put("role", chunk.isPrimary() ? "primary" : "replica")
                .put("database", database)
                .put("transaction", inTransaction)
                .put("command", name)
                .put("keys", found)
                .put("args", words));
        after = offset;
    }

    private static Buffer buffer(Bytes word) {
        return Buffer.buffer(word.toArray());
    }

    private static String text(Bytes word) {
        return new String(word.toArray(), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
