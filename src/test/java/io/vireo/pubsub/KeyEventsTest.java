package io.vireo.pubsub;

import static io.vireo.pubsub.PushRig.array;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vireo.config.KeyspaceEvents;
import io.vireo.testkit.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events of keys: which classes are published, and on which channels. */
class KeyEventsTest {
    private final PushRig rig = new PushRig();
    private final TestClient listener = rig.client(3);

    @BeforeEach
    void listen() {
        listener.run("PSUBSCRIBE __key*");
    }

    @AfterEach
    void end() {
        rig.close();
    }

    private static String event(String channel, String message) {
        return array('>', "pmessage", "__key*", channel, message);
    }

    @Test
    void bothKindsOfChannelsTellOfAnEvent() {
        rig.publish(KeyspaceEvents.KEYSPACE | KeyspaceEvents.KEYEVENT | KeyspaceEvents.ALL);
        rig.server.run("SET k 1");
        assertEquals(event("__keyspace@0__:k", "set") + event("__keyevent@0__:set", "k"), listener.take());
    }

    @Test
    void aTimeToExpireIsAnEventOfItsOwn() {
        rig.publish(KeyspaceEvents.KEYSPACE | KeyspaceEvents.ALL);
        rig.server.run("SET k 1 EX 100");
        rig.server.run("PSETEX k 1000 1");
        String both = event("__keyspace@0__:k", "set") + event("__keyspace@0__:k", "expire");
        assertEquals(both + both, listener.take());
    }

    @Test
    void onlyTheClassesThatAreWantedArePublished() {
        rig.publish(KeyspaceEvents.KEYEVENT | KeyspaceEvents.LIST | KeyspaceEvents.GENERIC);
        rig.server.run("SET k 1");
        rig.server.run("RPUSH l 1");
        rig.server.run("DEL k");
        assertEquals(event("__keyevent@0__:rpush", "l") + event("__keyevent@0__:del", "k"), listener.take());
    }

    @Test
    void withoutAKindOfChannelsOrAClassThereIsNothingToPublish() {
        rig.publish(KeyspaceEvents.ALL);
        assertFalse(rig.keyEvents.isOn());
        rig.publish(KeyspaceEvents.KEYSPACE | KeyspaceEvents.KEYEVENT);
        assertFalse(rig.keyEvents.isOn());
        rig.server.run("SET k 1");
        assertEquals("", listener.take());
    }

    @Test
    void theChannelNamesTheDatabaseAndKeysMayBeLong() {
        rig.publish(KeyspaceEvents.KEYSPACE | KeyspaceEvents.ALL);
        String key = "k".repeat(5000);
        rig.server.run("SELECT 3");
        rig.server.run("SET " + key + " 1");
        assertEquals(event("__keyspace@3__:" + key, "set"), listener.take());
    }

    @Test
    void aKeyThatReplacesAnotherIsNewWhereTheOtherIsDeletedFirst() {
        rig.publish(KeyspaceEvents.KEYSPACE | KeyspaceEvents.NEW_KEY);
        rig.server.keyspace().arrivals((db, key) -> rig.keyEvents.event(db, key, "new"));
        rig.server.run("MSET a 1 b 2");
        assertEquals(event("__keyspace@0__:a", "new") + event("__keyspace@0__:b", "new"), listener.take());
        rig.server.run("SET a 2");
        assertEquals("", listener.take());
        rig.server.run("COPY a b REPLACE");
        rig.server.run("RENAME a b");
        assertEquals(event("__keyspace@0__:b", "new") + event("__keyspace@0__:b", "new"), listener.take());
    }

    @Test
    void aKeyThatIsMissingIsToldWhereItIsReadAndNotWhereItIsWritten() {
        rig.publish(KeyspaceEvents.KEYSPACE | KeyspaceEvents.KEY_MISS);
        rig.server.keyspace().misses((db, key) -> rig.keyEvents.event(db, key, "keymiss"));
        rig.server.run("GET none");
        rig.server.run("PFCOUNT none");
        assertEquals(
                event("__keyspace@0__:none", "keymiss") + event("__keyspace@0__:none", "keymiss"), listener.take());
        rig.server.run("OBJECT ENCODING none");
        rig.server.run("PFADD none x");
        assertEquals("", listener.take());
    }
}
