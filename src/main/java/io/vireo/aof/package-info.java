/**
 * The append-only file: every effect on disk, in Redis 7's files, and the way back from there at a start. Begin with
 * {@code AppendOnlyFile}, which runs on the keyspace thread; {@code AofWriter} is its worker.
 */
package io.vireo.aof;
