package io.vireo.replication;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.ALLOW_BUSY;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_ASYNC_LOADING;
import static io.vireo.command.CommandFlag.NO_MULTI;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.command.AclCategory;
import io.vireo.command.ClientText;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.Session;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** REPLICAOF, SLAVEOF, ROLE, and what replicas say: REPLCONF, PSYNC, SYNC. Handlers run on the keyspace thread. */
final class ReplicationCommands {
    private static final ErrorReply PENDING_OUTPUT =
            ErrorReply.of("ERR SYNC and PSYNC are invalid with pending output");
    private static final ErrorReply NO_LINK =
            ErrorReply.of("NOMASTERLINK Can't SYNC while not connected with my master");
    private static final ErrorReply FAILING_OVER = ErrorReply.of("NOMASTERLINK Can't SYNC while failing over");
    private static final ErrorReply LEADS_ALREADY = ErrorReply.of(PrimaryLink.LEADS_ALREADY.substring(1));
    private static final ErrorReply OTHER_STREAM = ErrorReply.of("ERR PSYNC FAILOVER replid must match my replid.");
    private static final ErrorReply INVALID_PORT = ErrorReply.of("ERR Invalid master port");
    private static final ErrorReply NOT_FOR_REPLICAS =
            ErrorReply.of("ERR Command is not valid when client is a replica.");
    private static final int LARGEST_PORT = 65_535;

    private final Replication replication;
    private final ReplicaSessions replicas;
    private final Supplier<Group> group;
    private final Config config;
    private final Consumer<Say> say;

    ReplicationCommands(
            Replication replication,
            ReplicaSessions replicas,
            Supplier<Group> group,
            Config config,
            Consumer<Say> say) {
        this.replication = replication;
        this.group = group;
        this.replicas = replicas;
        this.config = config;
        this.say = say;
    }

    /** The family's rows. */
    CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(
                        plain("replicaof", 3, this::replicaOf, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, STALE),
                        plain("slaveof", 3, this::replicaOf, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, STALE),
                        with(
                                with(plain("role", 1, this::role, NOSCRIPT, LOADING, STALE, FAST), AclCategory.ADMIN),
                                AclCategory.DANGEROUS),
                        plain("replconf", -1, this::replconf, ADMIN, NOSCRIPT, LOADING, STALE, ALLOW_BUSY),
                        plain("psync", -3, this::psync, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI),
                        plain("sync", 1, this::sync, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)));
    }

    /** REPLICAOF host port, or NO ONE. */
    private void replicaOf(CommandContext ctx, Args args, ReplyWriter out) {
        if (replication.isFailingOver()) {
            throw ErrorReply.NOT_WHILE_FAILING_OVER.raise();
        }
        boolean isPromotion = args.get(1).isWord("no") && args.get(2).isWord("one");
        if (isPromotion && group.get().exists() && !replication.isPrimary()) {
            group.get().leadWanted(ctx, out);
            return;
        }
        if (isPromotion) {
            promote(ctx);
            out.ok();
            return;
        }
        if (ctx.session().kind() == Session.Kind.REPLICA) {
            throw NOT_FOR_REPLICAS.raise();
        }
        String host = args.get(1).toString();
        int port = portIn(args.get(2));
        boolean same = replication.primary().filter(p -> p.isSame(host, port)).isPresent();
        if (same && !replication.isHeldOff()) {
            say.accept(Say.notice("REPLICAOF would result into synchronization with the master we are already connected"
                    + " with. No operation performed."));
            out.simple("OK Already connected to specified master");
            return;
        }

        if (group.get().exists()) {
            throw votersDecide().raise();
        }
        Target target = new Target(host, port);
        replication.replicaOf(target);
        say.accept(Say.notice("REPLICAOF " + target + " enabled (user request from '" + client(ctx) + "')"));
        out.ok();
    }

    private ErrorReply votersDecide() {
        String now = replication.primary().map(Target::toString).orElse("nobody");
        return ErrorReply.of("ERR The voters decide whom this node follows: now it is " + now
                + ". REPLICAOF NO ONE or FAILOVER hands over.");
    }

    private void promote(CommandContext ctx) {
        if (!replication.isPrimary()) {
            replication.replicaOfNoOne();
            say.accept(Say.notice("MASTER MODE enabled (user request from '" + client(ctx) + "')"));
        }
    }

    private static int portIn(Bytes word) {
        long port = Decimal.isLong(word) ? Decimal.toLong(word) : -1;
        if (port < 0 || port > LARGEST_PORT) {
            throw INVALID_PORT.raise();
        }
        return (int) port;
    }

    private static String client(CommandContext ctx) {
        return ClientText.of(ctx.session(), ctx.nowMs());
    }

    /** ROLE. A primary's reply names the replicas that get the stream, a replica's its primary. */
    private void role(CommandContext ctx, Args args, ReplyWriter out) {
        if (!replication.isPrimary()) {
            Optional<Target> primary = replication.primary();
            out.array(5);
            out.bulk("slave");
            out.bulk(primary.map(Target::host).orElse(""));
            out.integer(primary.map(Target::port).orElse(0));
            out.bulk(LinkWords.ofRole(replication.link()));
            out.integer(replication.isLinkUp() ? replication.log().endOffset() : -1);
            return;
        }
        out.array(3);
        List<Feed> online = replication.feeds().stream()
                .filter(feed -> feed.state().word().equals("online"))
                .toList();
        out.bulk("master");
        out.integer(replication.log().endOffset());
        out.array(online.size());
        for (Feed feed : online) {
            out.array(3);
            out.bulk(feed.replica().host());
            out.bulk(Integer.toString(feed.replica().port()));
            out.bulk(Long.toString(feed.acked()));
        }
    }

    /** REPLCONF option value [option value ...]. ACK, GETACK and VIREO-LEAD, which come on a stream's connection, have no reply. */
    private void replconf(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() % 2 == 0) {
            throw ErrorReply.SYNTAX.raise();
        }
        Session session = ctx.session();
        for (int i = 1; i < args.count(); i += 2) {
            Bytes option = args.get(i);
            if (option.isWord("ack")) {
                boolean tellsOfFile = args.count() > i + 3 && args.get(i + 2).isWord("fack");
                acked(session, args.get(i + 1), tellsOfFile ? args.get(i + 3) : null);
                return;
            }
            if (option.isWord("vireo-stamp")) {
                stamped(session, args.get(i + 1));
                return;
            }
            if (option.isWord("getack")) {
                if (session.kind() == Session.Kind.PRIMARY) {
                    replication.ackWanted();
                }
                return;
            }
            if (option.isWord("vireo-lead") && group.get().exists()) {
                group.get().handoverWanted(Optional.of(nodeIn(args.get(i + 1))));
                return;
            }
            if (option.isWord("vireo-handover") && group.get().exists()) {
                group.get().handoverOffered(epochIn(args.get(i + 1)));
                continue;
            }
            if (!replicas.introduction(session).take(option, args.get(i + 1))) {
                throw ErrorReply.of("ERR Unrecognized REPLCONF option: " + option)
                        .raise();
            }
        }
        replicas.introduction(session).member().ifPresent(member -> group.get().epochPresented(member.epoch()));
        if (args.count() > 1 && replicas.introduction(session).isVireo()) {
            out.simple(PrimaryLink.VIREO_GREETING.substring(1));
        } else {
            out.ok();
        }
    }

    private static Epoch epochIn(Bytes word) {
        if (!Decimal.isLong(word) || Decimal.toLong(word) < 0) {
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        return new Epoch(Decimal.toLong(word));
    }

    private static NodeId nodeIn(Bytes word) {
        try {
            return new NodeId(word.toString());
        } catch (IllegalArgumentException e) {
            throw ErrorReply.of("ERR Invalid node id").raise();
        }
    }

    /** A replica's own data are as old as its primary says: it does not know what that had when it told. */
    private void stamped(Session session, Bytes ms) {
        if (replication.isPrimary() && Decimal.isLong(ms)) {
            replicas.of(session).ifPresent(replica -> replica.stamp(Decimal.toLong(ms)));
        }
    }

    /** @param durable how far the replica's append-only file is on its disk, or null */
    private void acked(Session session, Bytes offset, Bytes durable) {
        if (Decimal.isLong(offset) && (durable == null || Decimal.isLong(durable))) {
            replicas.of(session)
                    .ifPresent(replica ->
                            replica.acked(Decimal.toLong(offset), durable == null ? 0 : Decimal.toLong(durable)));
        }
    }

    /** PSYNC id offset [FAILOVER]. The stream, or a full copy and then the stream, is all that this client is sent from now on. */
    private void psync(CommandContext ctx, Args args, ReplyWriter out) {
        Session session = ctx.session();
        if (session.kind() == Session.Kind.REPLICA) {
            return;
        }
        if (args.count() > 3 && args.get(3).isWord("failover")) {
            takeOver(ctx, args.get(1).toString());
        }
        checkCanServe(session);
        Replica replica = replicas.introduction(session).replica(session, false);
        if (!Decimal.isLong(args.get(2))) {
            say.accept(Say.notice("Replica " + replica.name() + " asks for synchronization"));
            say.accept(Say.warning("Replica " + replica.name() + " asks for synchronization but with a wrong offset"));
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        String id = new String(args.get(1).toArray(), StandardCharsets.ISO_8859_1);
        long offset = Decimal.toLong(args.get(2));
        session.connection().noDelay(!config.get(Options.REPL_DISABLE_TCP_NODELAY));
        replicas.admit(session, connection -> replication.psync(replica, connection, id, offset));
    }

    private void takeOver(CommandContext ctx, String id) {
        say.accept(Say.warning("Failover request received for replid " + id + "."));
        switch (replication.takeOver(id)) {
            case DONE -> say.accept(Say.notice("MASTER MODE enabled (failover request from '" + client(ctx) + "')"));
            case LEADS_ALREADY -> throw LEADS_ALREADY.raise();
            case OTHER_STREAM -> throw OTHER_STREAM.raise();
        }
    }

    /** SYNC. As PSYNC with no id, for clients that know no offsets. */
    private void sync(CommandContext ctx, Args args, ReplyWriter out) {
        Session session = ctx.session();
        if (session.kind() == Session.Kind.REPLICA) {
            return;
        }
        checkCanServe(session);
        Replica replica = replicas.introduction(session).replica(session, true);
        session.connection().noDelay(!config.get(Options.REPL_DISABLE_TCP_NODELAY));
        replicas.admit(session, connection -> replication.sync(replica, connection));
    }

    private void checkCanServe(Session session) {
        if (replication.isFailingOver()) {
            throw FAILING_OVER.raise();
        }
        if (!replication.canServe()) {
            throw NO_LINK.raise();
        }
        if (session.connection().outputBytes() > 0) {
            throw PENDING_OUTPUT.raise();
        }
    }
}
