/**
 * What a voter is to clients: Redis Sentinel's protocol, by which any client that knows it follows the group unchanged.
 *
 * <p>{@link io.vireo.sentinel.GroupView} is what a voter knows at one time, an immutable value. From it come the
 * replies of {@link io.vireo.sentinel.SentinelCommands}, the sections of INFO, and, from one view to the next, the
 * events that clients subscribe to ({@link io.vireo.sentinel.SentinelEvents}). {@link io.vireo.sentinel.SentinelPort}
 * puts together what a voter's port serves. Start reading there. Nothing here decides anything about the group: that is
 * in {@code io.vireo.voter}.
 *
 * <p>Records are for any thread; all else belongs to the loop of the voter's port, and knows neither sockets nor
 * timers.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/sentinel-clients/">how clients use Sentinel</a>
 */
package io.vireo.sentinel;
