package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sources of the function libraries that came with the data, in their order. Nothing here runs or reads them: they
 * are kept so that a snapshot, and a replica, has what the primary had. FLUSHALL leaves them, as in Redis; a copy that
 * takes the place of the data takes theirs too.
 */
@RunsOn(Loop.KEYSPACE)
public final class FunctionLibraries {
    private List<byte[]> sources = List.of();

    FunctionLibraries() {}

    /** How many there are. */
    public int count() {
        return sources.size();
    }

    /** Bytes of their sources. */
    public long bytes() {
        return sources.stream().mapToLong(source -> source.length).sum();
    }

    /** Their sources; the list never changes, so it may be handed to a snapshot. */
    public List<byte[]> sources() {
        return sources;
    }

    /** Adds a library, unless the same is there already. */
    public void add(byte[] source) {
        for (byte[] known : sources) {
            if (Arrays.equals(known, source)) {
                return;
            }
        }
        List<byte[]> more = new ArrayList<>(sources);
        more.add(source);
        sources = List.copyOf(more);
    }

    public void clear() {
        sources = List.of();
    }

    void exchange(FunctionLibraries other) {
        List<byte[]> theirs = other.sources;
        other.sources = sources;
        sources = theirs;
    }
}
