package io.vireo.command;

/** A part of INFO's reply, brought by the feature it speaks of. Asked on the keyspace thread. */
public interface InfoSection {
    /** The title, as {@code Replication}; INFO takes it in any case. */
    String title();

    /** Whether INFO without arguments shows it. */
    default boolean isDefault() {
        return true;
    }

    /** Writes the fields. */
    void write(InfoText out);
}
