package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * Which deletions are lazy, as the {@code lazyfree-} options say. What is large is freed little by little in any case;
 * the options decide whether it is counted as freed lazily, and whether replicas are told UNLINK instead of DEL.
 */
@RunsOn(Loop.KEYSPACE)
public final class LazyFreeing {
    /** Of keys that are evicted. */
    public boolean eviction;

    /** Of keys whose time is over. */
    public boolean expire;

    /** Of values that a command replaces or takes away by the way. */
    public boolean serverDel;

    /** Of keys that DEL names. */
    public boolean userDel;

    /** Of databases that are flushed without a word about it. */
    public boolean userFlush;

    /** Of the data of a replica that takes a full copy. */
    public boolean replicaFlush;

    LazyFreeing() {}
}
