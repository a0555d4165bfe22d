package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbFacts;

/**
 * What was loaded from an append-only file.
 *
 * @param manifest the files
 * @param baseBytes of the base
 * @param bytes of all files
 * @param endsInBatch whether the last incremental file ends in a batch of Vireo's
 * @param point of the replication stream that the data have reached, or null where the files do not say
 */
@RunsOn(Loop.ANY)
public record AofLoaded(
        AofManifest manifest, long baseBytes, long bytes, boolean endsInBatch, RdbFacts.ReplicationPoint point) {}
