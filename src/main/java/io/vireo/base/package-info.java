/**
 * Byte strings, raw memory, thread ownership, invariants and the server's log, on the JDK alone.
 *
 * <p>Any thread, unless a type says otherwise. Start reading at {@link io.vireo.base.Bytes}: nearly every other
 * package passes keys and values as such views.
 */
package io.vireo.base;
