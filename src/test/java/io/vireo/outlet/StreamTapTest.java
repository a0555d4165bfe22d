package io.vireo.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How far the tap reads ahead of a slow publisher, and what one sees who was too slow. */
class StreamTapTest {
    private static final String ID = "0123456789012345678901234567890123456789";

    private final ReplicationLog log = new ReplicationLog(ReplicationHistory.fresh(ID), 1 << 20);
    private final Deque<StreamChunk> chunks = new ArrayDeque<>();
    private final List<JsonObject> events = new ArrayList<>();
    private final StreamTap tap = new StreamTap(log, () -> true, chunks::add);
    private final ChangeDecoder decoder = new ChangeDecoder((command, position) -> position.accept(1), events::add);

    @Test
    void commandsCutAnywhereComeOutWhole() {
        write("k", 200_000); // four chunks
        write("l", 3);
        tap.pump();
        assertThat(chunks).hasSizeGreaterThan(3);
        publishAll();

        assertThat(events).extracting(event -> event.getString("command")).containsExactly("set", "set");
        assertThat(events.getFirst().getJsonArray("args").getBuffer(1).length()).isEqualTo(200_000);
        assertThat(events.getLast().getLong("offset")).isEqualTo(log.endOffset());
        assertThat(events.getLast().getLong("after"))
                .isEqualTo(events.getFirst().getLong("offset"));
    }

    @Test
    void aSlowPublisherHoldsBackTheTapAndNotTheLog() {
        for (int i = 0; i < 100; i++) {
            write("k", 100_000);
            tap.pump();
        }

        int ahead = chunks.stream().mapToInt(chunk -> chunk.bytes().length).sum();
        assertThat(ahead).isBetween(StreamTap.WINDOW_BYTES, StreamTap.WINDOW_BYTES + (64 << 10));
        assertThat(log.memoryBytes()).isLessThan(4L << 20);

        publishAll();
        assertThat(events.getLast().getLong("offset")).isEqualTo(log.endOffset());
        List<Integer> gaps = new ArrayList<>();
        for (int i = 1; i < events.size(); i++) {
            if (events.get(i).getLong("after") > events.get(i - 1).getLong("offset")) {
                gaps.add(i);
            }
        }
        assertThat(gaps).hasSize(1);
        assertThat(events.size()).isLessThan(100);
    }

    @Test
    void aStreamThatIsReplacedIsAGapUnderTheSameRules() {
        write("k", 1);
        tap.pump();
        log.restartAt(5_000);
        tap.pump();
        write("l", 1);
        tap.pump();
        publishAll();

        assertThat(events).hasSize(2);
        assertThat(events.getLast().getLong("after")).isEqualTo(5_000);
        assertThat(events.getLast().getLong("offset")).isEqualTo(log.endOffset());
    }

    private void write(String key, int length) {
        log.effect(0);
        log.begin(3).word("SET".getBytes(StandardCharsets.US_ASCII));
        log.word(key.getBytes(StandardCharsets.US_ASCII)).word(new byte[length]);
        log.commit();
    }

    private void publishAll() {
        while (!chunks.isEmpty()) {
            StreamChunk chunk = chunks.poll();
            decoder.accept(chunk);
            tap.published(chunk.bytes().length);
            tap.pump();
        }
    }
}
