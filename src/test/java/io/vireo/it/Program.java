package io.vireo.it;

import java.nio.file.Files;
import java.nio.file.Path;

/** The two servers that tests start. */
enum Program {
    REDIS,
    VIREO;

    /** Where the distribution lies, {@code target/vireo} unless the system property {@code vireo.home} says otherwise. */
    private static final Path HOME =
            Path.of(System.getProperty("vireo.home", "target/vireo")).toAbsolutePath();

    /** What to execute. */
    String executable() {
        if (this == REDIS) {
            return "redis-server";
        }
        Path launcher = HOME.resolve("bin/vireo-server");
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException("no " + launcher + ": run mvn -DskipTests package first");
        }
        return launcher.toString();
    }

    Program other() {
        return this == REDIS ? VIREO : REDIS;
    }
}
