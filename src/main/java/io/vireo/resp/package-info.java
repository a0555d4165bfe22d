/**
 * Turns bytes into words and replies into RESP2 or RESP3 bytes, and lists every error text; knows no command.
 *
 * <p>Used on the keyspace thread, one decoder a connection and one writer a thread. Start reading at
 * {@link io.vireo.resp.RespDecoder}.
 */
package io.vireo.resp;
