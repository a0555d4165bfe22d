package io.vireo.node;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_ASYNC_LOADING;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.command.AclCategory;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.List;

/**
 * CLUSTER, ASKING, READONLY and READWRITE: a node is none of a cluster, and says so in Redis's words. By them clients tell
 * a server without a cluster from one that does not know the command.
 */
final class ClusterCommands {
    private static final ErrorReply DISABLED = ErrorReply.of("ERR This instance has cluster support disabled");

    private ClusterCommands() {}

    static CommandFamily rows() {
        return new CommandFamily(
                "cluster",
                List.of(
                        with(plain("asking", 1, ClusterCommands::refuse, FAST), AclCategory.CONNECTION),
                        with(
                                plain("readonly", 1, ClusterCommands::refuse, LOADING, STALE, FAST),
                                AclCategory.CONNECTION),
                        with(
                                plain("readwrite", 1, ClusterCommands::refuse, LOADING, STALE, FAST),
                                AclCategory.CONNECTION),
                        container(
                                "cluster",
                                -2,
                                List.of(
                                        plain("addslots", -3, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain(
                                                "addslotsrange",
                                                -4,
                                                ClusterCommands::refuse,
                                                ADMIN,
                                                STALE,
                                                NO_ASYNC_LOADING),
                                        plain("bumpepoch", 2, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain("count-failure-reports", 3, ClusterCommands::refuse, ADMIN, STALE),
                                        plain("countkeysinslot", 3, ClusterCommands::refuse, STALE),
                                        plain("delslots", -3, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain(
                                                "delslotsrange",
                                                -4,
                                                ClusterCommands::refuse,
                                                ADMIN,
                                                STALE,
                                                NO_ASYNC_LOADING),
                                        plain("failover", -2, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain("flushslots", 2, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain("forget", 3, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain("getkeysinslot", 4, ClusterCommands::refuse, STALE),
                                        plain("help", 2, ClusterCommands::refuse, LOADING, STALE),
                                        plain("info", 2, ClusterCommands::refuse, STALE),
                                        plain("keyslot", 3, ClusterCommands::refuse, STALE),
                                        plain("links", 2, ClusterCommands::refuse, STALE),
                                        plain("meet", -4, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain("myid", 2, ClusterCommands::refuse, STALE),
                                        plain("nodes", 2, ClusterCommands::refuse, STALE),
                                        plain("replicas", 3, ClusterCommands::refuse, ADMIN, STALE),
                                        plain("replicate", 3, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain("reset", -2, ClusterCommands::refuse, ADMIN, NOSCRIPT, STALE),
                                        plain("saveconfig", 2, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain(
                                                "set-config-epoch",
                                                3,
                                                ClusterCommands::refuse,
                                                ADMIN,
                                                STALE,
                                                NO_ASYNC_LOADING),
                                        plain("setslot", -4, ClusterCommands::refuse, ADMIN, STALE, NO_ASYNC_LOADING),
                                        plain("shards", 2, ClusterCommands::refuse, STALE),
                                        plain("slaves", 3, ClusterCommands::refuse, ADMIN, STALE),
                                        plain("slots", 2, ClusterCommands::refuse, STALE)))));
    }

    /** Replies that there is no cluster. */
    private static void refuse(CommandContext ctx, Args args, ReplyWriter out) {
        throw DISABLED.raise();
    }
}
