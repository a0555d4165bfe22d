/**
 * The backlog on disk ({@code repl-backlog-file}): what replicas that lag behind need outlives the process.
 *
 * <p>{@link io.vireo.backlog.BacklogFile} belongs to the keyspace thread and reads the log at a position of its own; files
 * are written and read by the one thread of {@link io.vireo.backlog.BacklogDisk}. Start reading at {@link
 * io.vireo.backlog.SegmentFormat}, which draws the bytes, then at {@link io.vireo.backlog.BacklogRestore}, which has the
 * rules by which they may be used again.
 */
package io.vireo.backlog;
