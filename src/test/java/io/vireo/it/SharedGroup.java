package io.vireo.it;

import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A group for all tests of a class, whole again before each of them; its logs are shown where one failed. */
final class SharedGroup implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback, AfterAllCallback {
    private final Supplier<List<Place>> places;
    private final String[] directives;
    private GroupOfProcesses group;

    /** @param directives lines for each node's configuration file */
    SharedGroup(String... directives) {
        this(() -> Collections.nCopies(3, Place.LOOPBACK), directives);
    }

    /** @param places asked before the first test, where the nodes are to run; may abort the tests */
    SharedGroup(Supplier<List<Place>> places, String... directives) {
        this.places = places;
        this.directives = directives;
    }

    GroupOfProcesses group() {
        return group;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        group = GroupOfProcesses.started(places.get(), directives);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        group.heal();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        boolean shown = context.getExecutionException()
                .map(e -> String.valueOf(e.getMessage()).contains(ServerProcess.LOG_FOLLOWS))
                .orElse(true);
        if (!shown) {
            System.err.println("Failed: " + context.getDisplayName() + ServerProcess.logsOfAll());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (group != null) {
            group.close();
        }
    }
}
