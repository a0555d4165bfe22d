/**
 * Databases of values with expiry, watches and the snapshot cut, owned by one thread.
 *
 * <p>Start reading at {@link io.vireo.keyspace.Keyspace}.
 */
package io.vireo.keyspace;
