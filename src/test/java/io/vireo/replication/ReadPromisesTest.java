package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.log.ReplicationId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadPromisesTest {
    private static final String ID = "a".repeat(ReplicationId.LENGTH);

    @Test
    void aTokenIsReadAsItWasWritten() {
        ReplToken token = new ReplToken(ID, 1234567890123L);
        assertEquals(ID + ":1234567890123", token.toString());
        assertEquals(Optional.of(token), ReplToken.of(token.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", "ID", "ID:", "ID:-1", "ID:x", "ID:1:2", "ID:99999999999999999999", "short:1", ":1"})
    void whatIsNoTokenIsNotReadAsOne(String text) {
        assertEquals(Optional.empty(), ReplToken.of(text.replace("ID", ID)));
    }
}
