package io.vireo.backlog;

import io.vireo.base.RawMemory;
import io.vireo.log.LogReader;
import io.vireo.log.ReplicationLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What the backlog of a log holds, for tests. */
final class BacklogText {
    private BacklogText() {}

    /** Everything from the first byte that a replica may ask for on. */
    static String heldBy(ReplicationLog log) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LogReader reader = log.readFrom(log.backlog().first())) {
            for (int length = reader.spanLength(); length > 0; length = reader.spanLength()) {
                byte[] span = new byte[length];
                RawMemory.copyOut(reader.spanAddress(), span, 0, length);
                out.writeBytes(span);
                reader.advance(length);
            }
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
