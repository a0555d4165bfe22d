package io.vireo.node;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;

/** INFO's {@code Keyspace}: a line for each database that holds keys. Empty while the data set is being loaded. */
final class KeyspaceSection implements InfoSection {
    private final Keyspace keyspace;

    KeyspaceSection(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public String title() {
        return "Keyspace";
    }

    @Override
    public void write(InfoText out) {
        if (!keyspace.owner().isHeldHere()) {
            return;
        }
        for (int i = 0; i < keyspace.databases(); i++) {
            Database db = keyspace.db(i);
            if (db.size() > 0) {
                out.field(
                        "db" + i,
                        "keys=" + db.size() + ",expires=" + db.expiresSize() + ",avg_ttl="
                                + db.averageTtlMs(keyspace.nowMs()));
            }
        }
    }
}
