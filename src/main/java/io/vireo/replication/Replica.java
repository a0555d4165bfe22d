package io.vireo.replication;

import java.util.Optional;

/**
 * What a replica has told about itself before it asked for our data.
 *
 * @param host its address, as it announced it or as its connection shows it
 * @param port where it listens, or 0 if it has not told
 * @param takesMarked whether it finds the end of a payload whose length is not known ({@code capa eof})
 * @param takesNewId whether it understands {@code +CONTINUE id} ({@code capa psync2})
 * @param isVireo whether it is a Vireo too ({@code capa vireo})
 * @param acknowledges whether it will say how far it is; one that asked by SYNC does not
 * @param wantsStream whether it wants the stream after the copy; {@code rdb-only 1} does not
 * @param parts what the copy is to hold
 * @param member who it is in our group, if it is of one
 */
public record Replica(
        String host,
        int port,
        boolean takesMarked,
        boolean takesNewId,
        boolean isVireo,
        boolean acknowledges,
        boolean wantsStream,
        Parts parts,
        Optional<Member> member) {
    /** What a copy holds, as {@code rdb-filter-only} says: function libraries are the only part that has a name. */
    public enum Parts {
        ALL,
        FUNCTIONS,
        NONE
    }

    /** A replica that wants all data. */
    public Replica(
            String host,
            int port,
            boolean takesMarked,
            boolean takesNewId,
            boolean isVireo,
            boolean acknowledges,
            boolean wantsStream) {
        this(host, port, takesMarked, takesNewId, isVireo, acknowledges, wantsStream, Parts.ALL, Optional.empty());
    }

    /** Whether the copy is to hold keys. */
    public boolean wantsData() {
        return parts == Parts.ALL;
    }

    /** How the log calls it. */
    public String name() {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return shown + ":" + (port == 0 ? "<unknown-replica-port>" : port);
    }
}
