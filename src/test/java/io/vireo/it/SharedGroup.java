package io.vireo.it;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A group for all tests of a class, whole again before each of them; its logs are shown where one failed. */
final class SharedGroup implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback, AfterAllCallback {
    private final String[] directives;
    private GroupOfProcesses group;

    /** @param directives lines for each node's configuration file */
    SharedGroup(String... directives) {
        this.directives = directives;
    }

    GroupOfProcesses group() {
        return group;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        group = GroupOfProcesses.started(directives);
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
