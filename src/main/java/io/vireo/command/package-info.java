/**
 * The command table, the gates before a command, sessions and MULTI, and the command families of the data types.
 *
 * <p>Runs on the keyspace thread. Start reading at {@link io.vireo.command.Dispatcher}, then any family, such as
 * {@link io.vireo.command.StringCommands}: a command is one row and one method.
 */
package io.vireo.command;
