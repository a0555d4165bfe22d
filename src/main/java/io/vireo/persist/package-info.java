/**
 * Files and payloads of Redis's kind: the RDB format, written and read, and the node's one snapshot and one loading.
 *
 * <p>{@link io.vireo.persist.Saving}, {@link io.vireo.persist.Loading} and {@link io.vireo.persist.SideLoading} belong to
 * the keyspace thread and start the rest, which blocks and computes, on workers and on the guest thread. The format
 * itself works on heap arrays, whose bounds the machine checks, because what it reads may come from anybody. Start
 * reading at {@link io.vireo.persist.RdbWriter} and {@link io.vireo.persist.RdbReader}, which know the bytes.
 */
package io.vireo.persist;
