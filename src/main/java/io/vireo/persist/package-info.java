/**
 * Files and payloads of Redis's kind: the RDB format, written and read.
 *
 * <p>Everything here blocks and computes, so it runs on workers and on the guest thread, never on an event loop. It
 * works on heap arrays, whose bounds the machine checks, because what it reads may come from anybody. Start reading at
 * {@link io.vireo.persist.RdbWriter} and {@link io.vireo.persist.RdbReader}, which know the bytes; who calls them is
 * {@code SnapshotSaving} and {@code RdbLoader}.
 */
package io.vireo.persist;
