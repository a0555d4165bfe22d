package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InboxTest {
    @Test
    void itHoldsWhatWasAppendedAndNotDropped() {
        Random random = new Random(7);
        StringBuilder model = new StringBuilder();
        try (Inbox inbox = new Inbox()) {
            for (int i = 0; i < 2_000; i++) {
                if (random.nextInt(3) > 0) {
                    String text =
                            String.valueOf((char) ('a' + i % 26)).repeat(random.nextInt(i % 100 == 0 ? 90_000 : 300));
                    Bytes bytes = Bytes.copyOf(text);
                    inbox.append(bytes.address(), bytes.length());
                    model.append(text);
                } else {
                    int count = random.nextInt(model.length() + 1);
                    inbox.drop(count);
                    model.delete(0, count);
                }
                assertEquals(model.length(), inbox.length());
            }
            assertEquals(
                    model.toString(),
                    new Bytes().set(inbox.address(), inbox.length()).toString());
            inbox.drop(inbox.length());
            assertTrue(inbox.isEmpty());
        }
    }
}
