package io.vireo.it;

import java.util.stream.Stream;

/**
 * Who stands on either side of a replication link. By default Vireo stands on at least one; {@code -Dvireo.it.prove=true}
 * runs redis-server against itself instead, which shows that a test asks nothing that Redis does not do.
 */
record Pair(Program primary, Program replica) {
    private static final boolean PROVE = Boolean.getBoolean("vireo.it.prove");

    static Stream<Pair> all() {
        return PROVE
                ? Stream.of(new Pair(Program.REDIS, Program.REDIS))
                : Stream.of(
                        new Pair(Program.VIREO, Program.REDIS),
                        new Pair(Program.REDIS, Program.VIREO),
                        new Pair(Program.VIREO, Program.VIREO));
    }

    /** The programs that a test of one server runs on. */
    static Stream<Program> programs() {
        return Stream.of(PROVE ? Program.REDIS : Program.VIREO);
    }

    @Override
    public String toString() {
        return primary + " <- " + replica;
    }
}
