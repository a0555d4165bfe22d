package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationLog;
import java.nio.charset.StandardCharsets;

/** What the stream says of a key that the server itself removes. */
@RunsOn(Loop.KEYSPACE)
final class Deletion {
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);

    private Deletion() {}

    /** Begins the command in the stream: the key follows as a word, and whoever calls commits it. */
    static ReplicationLog begin(ReplicationLog stream, int database, boolean lazily) {
        stream.effect(database);
        return stream.begin(2).word(lazily ? UNLINK : DEL);
    }
}
