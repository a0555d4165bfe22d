package io.vireo.node;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import java.util.function.BooleanSupplier;

/** INFO's {@code Keyspace}: a line for each database that holds keys. Empty while the data set is being loaded. */
final class KeyspaceSection implements InfoSection {
    private final DataFigures.Source figures;
    private final BooleanSupplier hidden;

    /** @param hidden whether the data are another thread's */
    KeyspaceSection(DataFigures.Source figures, BooleanSupplier hidden) {
        this.figures = figures;
        this.hidden = hidden;
    }

    @Override
    public String title() {
        return "Keyspace";
    }

    @Override
    public void write(InfoText out) {
        if (hidden.getAsBoolean()) {
            return;
        }
        for (DataFigures.DatabaseFigures db : figures.now().databases()) {
            out.field(
                    "db" + db.index(),
                    "keys=" + db.keys() + ",expires=" + db.expires() + ",avg_ttl=" + db.averageTtlMs());
        }
    }
}
