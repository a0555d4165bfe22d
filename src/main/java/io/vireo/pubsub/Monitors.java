package io.vireo.pubsub;

import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.AclCategory;
import io.vireo.command.Command;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandObserver;
import io.vireo.command.CommandSpec;
import io.vireo.command.Dispatcher;
import io.vireo.command.Gate;
import io.vireo.command.Gates;
import io.vireo.command.Redaction;
import io.vireo.command.Session;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** MONITOR, and the clients to which it shows every command that runs: not those of administration, nor secret words. */
@RunsOn(Loop.KEYSPACE)
public final class Monitors implements CommandObserver {
    /** Bytes of a command's words that a line shows at the most. */
    private static final int MOST_SHOWN = 4 << 20;

    private static final String HEX = "0123456789abcdef";
    private static final ErrorReply NOT_HERE = ErrorReply.of("ERR MONITOR isn't allowed for DENY BLOCKING client");

    private final Set<Session> sessions = new LinkedHashSet<>();
    private final Gate gate = new NoData();
    private Dispatcher dispatcher;
    private Gates gates;

    /** A client that is shown commands reads nothing but that: a reply of data would look like one of them. */
    private static final class NoData implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return command.has(CommandFlag.WRITE)
                    || command.has(CommandFlag.READONLY)
                    || command.has(CommandFlag.MAY_REPLICATE);
        }

        @Override
        public boolean isAskedForQueued() {
            return false;
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            return session.monitors() ? ErrorReply.NOT_FOR_REPLICAS : null;
        }
    }

    /** Adds the gate of clients that are shown commands, which is armed while there are any. */
    public void addGate(Gates newGates) {
        gates = newGates;
        gates.add(gate);
    }

    /** The family's row. {@link #dispatcher} must be set, and the gate added, before it runs. */
    public CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(CommandFamily.with(
                        CommandFamily.with(
                                CommandFamily.plain("monitor", 1, this::monitor, ADMIN, NOSCRIPT, LOADING, STALE),
                                AclCategory.ADMIN),
                        AclCategory.DANGEROUS)));
    }

    public void dispatcher(Dispatcher newDispatcher) {
        dispatcher = newDispatcher;
    }

    /** MONITOR. Shows every command from now on, until RESET or the end of the connection. */
    private void monitor(CommandContext ctx, Args args, ReplyWriter out) {
        Session session = ctx.session();
        if (session.isInsideExec()) {
            throw NOT_HERE.raise();
        }
        if (session.kind() != Session.Kind.NORMAL || sessions.contains(session)) {
            return;
        }
        sessions.add(session);
        session.monitors(true);
        dispatcher.show(this, true);
        gates.arm(gate, true);
        out.ok();
    }

    /** A client is gone, or watches no longer. */
    public void forget(Session session) {
        if (sessions.remove(session)) {
            session.monitors(false);
            if (sessions.isEmpty()) {
                dispatcher.show(this, false);
                gates.arm(gate, false);
            }
        }
    }

    @Override
    public void ran(Session session, int db, Command command, Args args) {
        if (command.spec().has(CommandFlag.ADMIN) || command.spec().has(CommandFlag.SKIP_MONITOR)) {
            return;
        }
        byte[] line = line(session, db, command, args);
        for (Session monitor : sessions) {
            monitor.pushOutput().write(line);
            monitor.connection().outputChanged();
        }
    }

    private static byte[] line(Session session, int db, Command command, Args args) {
        Instant now = Instant.now();
        String peer = session.connection().peerAddress();
        boolean isUnix = peer.startsWith("/");
        String from = isUnix ? "unix:" + peer.replaceFirst(":0$", "") : peer;
        String head =
                String.format(Locale.ROOT, "+%d.%06d [%d %s]", now.getEpochSecond(), now.getNano() / 1000, db, from);
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        line.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        int left = MOST_SHOWN;
        for (int i = 0; i < args.count(); i++) {
            line.write(' ');
            if (Redaction.hides(command, args, i)) {
                line.writeBytes("\"(redacted)\"".getBytes(StandardCharsets.US_ASCII));
            } else {
                Bytes word = args.get(i);
                int shown = Math.min(word.length(), left);
                left -= shown;
                quote(word, shown, line);
                if (shown < word.length()) {
                    line.writeBytes(
                            ("... (" + (word.length() - shown) + " more bytes)").getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
        line.write('\r');
        line.write('\n');
        return line.toByteArray();
    }

    /** The first bytes of a word in quotes, with what is no printable ASCII as C writes it. */
    private static void quote(Bytes word, int length, ByteArrayOutputStream to) {
        to.write('"');
        for (int i = 0; i < length; i++) {
            int b = word.at(i) & 0xff;
            int named = "\\\"\n\r\t\u0007\b".indexOf(b);
            if (named >= 0) {
                to.write('\\');
                to.write("\\\"nrtab".charAt(named));
            } else if (b >= ' ' && b <= '~') {
                to.write(b);
            } else {
                to.write('\\');
                to.write('x');
                to.write(HEX.charAt(b >> 4));
                to.write(HEX.charAt(b & 15));
            }
        }
        to.write('"');
    }
}
