package io.vireo.replication;

/**
 * What a replica has told about itself before it asked for our data.
 *
 * @param name how the log calls it: {@code ip:port}
 * @param takesMarked whether it finds the end of a payload whose length is not known ({@code capa eof})
 * @param takesNewId whether it understands {@code +CONTINUE id} ({@code capa psync2})
 * @param isVireo whether it is a Vireo too ({@code capa vireo})
 * @param acknowledges whether it will say how far it is; one that asked by SYNC does not
 * @param wantsStream whether it wants the stream after the copy; {@code rdb-only 1} does not
 */
public record Replica(
        String name,
        boolean takesMarked,
        boolean takesNewId,
        boolean isVireo,
        boolean acknowledges,
        boolean wantsStream) {}
