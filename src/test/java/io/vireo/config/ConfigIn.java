package io.vireo.config;

import java.nio.file.Path;

/** Configurations whose {@code dir} is on a disk that no line of text can name. */
public final class ConfigIn {
    private ConfigIn() {}

    /** The configuration that these lines make, {@code dir} being this one. */
    public static Config directory(Path dir, String... lines) {
        Config config = Config.startingIn(dir);
        try {
            new ConfigFile(config).read(Words.of(String.join("\n", lines)));
        } catch (ConfigFile.Fatal fatal) {
            throw new IllegalArgumentException(fatal.report());
        }
        return config;
    }
}
