/**
 * The data types as views over arena blobs: no key, no clock, no input or output.
 *
 * <p>A view belongs to the keyspace thread, is pointed at a value for the length of one command and allocates nothing.
 * Collections are packed in one blob while they are small, see {@link io.vireo.value.PackedList}, and then become a {@link
 * io.vireo.value.LargeValue}. Start reading at {@link io.vireo.value.StringValue} and {@link io.vireo.value.HashValue}.
 */
package io.vireo.value;
