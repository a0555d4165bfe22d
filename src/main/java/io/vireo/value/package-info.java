/**
 * The data types as views over arena blobs: no key, no clock, no input or output.
 *
 * <p>A view belongs to the keyspace thread, is pointed at a value for the length of one command and allocates nothing.
 * Start reading at {@link io.vireo.value.StringValue}.
 */
package io.vireo.value;
