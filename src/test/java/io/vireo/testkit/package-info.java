/**
 * What tests share.
 *
 * <p>Start reading at {@link io.vireo.testkit.NeedsRedis}, which says what a test may expect of the machine.
 */
package io.vireo.testkit;
