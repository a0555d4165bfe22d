package io.vireo.replication;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.topology.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** FAILOVER. */
@RunsOn(Loop.KEYSPACE)
final class FailoverCommand {
    private static final ErrorReply NONE_UNDER_WAY = ErrorReply.of("ERR No failover in progress.");
    private static final ErrorReply TIMEOUT_NOT_POSITIVE = ErrorReply.of("ERR FAILOVER timeout must be greater than 0");
    private static final ErrorReply UNDER_WAY = ErrorReply.of("ERR FAILOVER already in progress.");
    private static final ErrorReply ON_REPLICA = ErrorReply.of("ERR FAILOVER is not valid when server is a replica.");
    private static final ErrorReply NO_REPLICAS = ErrorReply.of("ERR FAILOVER requires connected replicas.");
    private static final ErrorReply FORCE_ALONE =
            ErrorReply.of("ERR FAILOVER with force option requires both a timeout and target HOST and IP.");
    private static final ErrorReply TAKEOVER_WITHOUT_GROUP =
            ErrorReply.of("ERR FAILOVER TAKEOVER is for groups with voters; here REPLICAOF NO ONE does it.");
    private static final ErrorReply LEADS_ALREADY = ErrorReply.of("ERR FAILOVER TAKEOVER: this node is the primary.");
    private static final ErrorReply FORCE_IN_GROUP =
            ErrorReply.of("ERR FAILOVER FORCE is not served where voters decide who leads.");
    private static final ErrorReply NO_MEMBER =
            ErrorReply.of("ERR FAILOVER target is no member of the group: it cannot be elected.");
    private static final ErrorReply NOT_A_REPLICA =
            ErrorReply.of("ERR FAILOVER target HOST and PORT is not a replica.");
    private static final ErrorReply NOT_ONLINE = ErrorReply.of("ERR FAILOVER target replica is not online.");

    private final Replication replication;
    private final Supplier<Group> group;

    FailoverCommand(Replication replication, Supplier<Group> group) {
        this.replication = replication;
        this.group = group;
    }

    CommandFamily rows() {
        return new CommandFamily("server", List.of(plain("failover", -1, this::failover, ADMIN, NOSCRIPT, STALE)));
    }

    /** What was asked for; a host of null is any replica. */
    private static final class Wish {
        private String host;
        private long port;
        private boolean force;
        private long timeoutMs;
    }

    /** FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT ms], or, of a group's replica, TAKEOVER. The reply comes at once; INFO tells how it goes on. */
    private void failover(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() == 2 && args.get(1).isWord("abort")) {
            if (!replication.isFailingOver()) {
                throw NONE_UNDER_WAY.raise();
            }
            replication.failover(new FailoverEvent.AbortWanted());
            out.ok();
            return;
        }
        if (args.count() == 2 && args.get(1).isWord("takeover")) {
            takeOver();
            out.ok();
            return;
        }
        Wish wish = read(args);
        check(wish);

        Optional<Target> target =
                Optional.ofNullable(wish.host).map(host -> new Target(host, Math.toIntExact(wish.port)));
        if (group.get().exists()) {
            if (wish.force) {
                throw FORCE_IN_GROUP.raise();
            }
            group.get().handoverWanted(target.map(this::memberAt));
            out.ok();
            return;
        }
        replication.failover(new FailoverEvent.Wanted(target, wish.force, wish.timeoutMs));
        out.ok();
    }

    /** Has this replica lead where nobody who should is there any more; the voters must agree all the same. */
    private void takeOver() {
        if (!group.get().exists()) {
            throw TAKEOVER_WITHOUT_GROUP.raise();
        }
        if (replication.isPrimary()) {
            throw LEADS_ALREADY.raise();
        }
        group.get().leadAnyway();
    }

    private static Wish read(Args args) {
        Wish wish = new Wish();
        int last = args.count() - 1;
        for (int i = 1; i <= last; i++) {
            if (args.get(i).isWord("timeout") && i + 1 <= last && wish.timeoutMs == 0) {
                wish.timeoutMs = args.integer(i + 1);
                if (wish.timeoutMs <= 0) {
                    throw TIMEOUT_NOT_POSITIVE.raise();
                }
                i++;
            } else if (args.get(i).isWord("to") && i + 2 <= last && wish.host == null) {
                wish.port = args.integer(i + 2);
                wish.host = args.get(i + 1).toString();
                i += 2;
            } else if (args.get(i).isWord("force") && !wish.force) {
                wish.force = true;
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        return wish;
    }

    private void check(Wish wish) {
        if (replication.isFailingOver()) {
            throw UNDER_WAY.raise();
        }
        if (!replication.isPrimary()) {
            throw ON_REPLICA.raise();
        }
        if (replication.feeds().isEmpty()) {
            throw NO_REPLICAS.raise();
        }
        if (wish.force && (wish.timeoutMs == 0 || wish.host == null)) {
            throw FORCE_ALONE.raise();
        }
        if (wish.host != null) {
            checkTarget(wish);
        }
    }

    private NodeId memberAt(Target target) {
        return replication.feeds().stream()
                .map(Feed::replica)
                .filter(replica -> target.isSame(replica.host(), replica.port()))
                .flatMap(replica -> replica.member().stream())
                .map(member -> member.incarnation().node())
                .findFirst()
                .orElseThrow(() -> NO_MEMBER.raise());
    }

    private void checkTarget(Wish wish) {
        List<Feed> named = replication.feeds().stream()
                .filter(feed -> feed.replica().host().equalsIgnoreCase(wish.host)
                        && feed.replica().port() == wish.port)
                .toList();
        if (named.isEmpty()) {
            throw NOT_A_REPLICA.raise();
        }
        if (named.stream().noneMatch(feed -> feed.state() instanceof FeedState.Online)) {
            throw NOT_ONLINE.raise();
        }
    }
}
