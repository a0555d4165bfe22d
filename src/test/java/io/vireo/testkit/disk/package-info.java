/**
 * A disk in memory that loses power, runs full, and fails to flush.
 *
 * <p>Code that keeps to {@code java.nio.file} runs on it unchanged: it is given {@link
 * io.vireo.testkit.disk.PowerLossDisk#root}. Any thread may use it. Start reading at {@link
 * io.vireo.testkit.disk.PowerLossDisk}.
 */
package io.vireo.testkit.disk;
