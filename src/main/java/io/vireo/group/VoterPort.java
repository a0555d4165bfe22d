package io.vireo.group;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_MULTI;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.topology.VoterSet;
import io.vireo.voter.VoterEvent.Peer;
import io.vireo.voter.VoterReply;
import io.vireo.voter.VoterRequest;
import io.vireo.voter.VoterWords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * VOTER: the command by which nodes and voters ask a voter. Each has its reply; a voter that is silent on purpose, having
 * no votes or taking the question for late, says {@link #NO_VOTE}.
 */
@RunsOn(Loop.KEYSPACE)
final class VoterPort {
    /** The first word of the reply of a voter that answers nothing. */
    static final String NO_VOTE = "NOVOTE";

    private static final ErrorReply SILENT = ErrorReply.of(NO_VOTE + " This voter has no answer to that now.");

    private final VoterSet set;
    private final BiConsumer<Peer, VoterRequest> ask;
    private final Consumer<String> complaint;
    private final Map<Peer, Wait> waiting = new LinkedHashMap<>();
    private long asked;
    private Peer current;
    private VoterReply currentReply;
    private boolean isWriting;
    private String lastComplaint = "";

    /**
     * @param ask has the voter asked; what it answers at once comes by {@link #answer} before this returns
     * @param complaint told of somebody with another list of voters, once until that changes
     */
    VoterPort(VoterSet set, BiConsumer<Peer, VoterRequest> ask, Consumer<String> complaint) {
        this.set = set;
        this.ask = ask;
        this.complaint = complaint;
    }

    CommandFamily rows() {
        return new CommandFamily(
                "server", List.of(plain("voter", -4, this::voter, ADMIN, NOSCRIPT, LOADING, STALE, FAST, NO_MULTI)));
    }

    /** VOTER set-name fingerprint kind [word ...]. */
    private void voter(CommandContext ctx, Args args, ReplyWriter out) {
        checkSet(ctx, args);
        List<String> words = new ArrayList<>();
        for (int i = 3; i < args.count(); i++) {
            words.add(args.get(i).toString());
        }
        VoterRequest request;
        try {
            request = VoterWords.request(words);
        } catch (IllegalArgumentException e) {
            throw ErrorReply.of("ERR " + e.getMessage()).raise();
        }
        asked++;
        current = new Peer(Long.toString(asked));
        currentReply = null;
        ask.accept(current, request);
        if (currentReply != null) {
            write(currentReply, out);
        } else if (isWriting && ctx.mayBlock()) {
            Wait wait = new Wait(current, ctx.blocking());
            waiting.put(current, wait);
            ctx.block(wait, out);
        } else {
            out.error(SILENT);
        }
        current = null;
    }

    /** Two processes with different lists of voters would each believe in majorities that the other does not know. */
    private void checkSet(CommandContext ctx, Args args) {
        if (args.get(1).toString().equals(set.name()) && args.get(2).toString().equals(set.fingerprint())) {
            return;
        }
        String peer = ctx.session().connection().peerAddress();
        String what = "of set '" + args.get(1) + "' with the fingerprint " + args.get(2)
                + " of its voters; this one is of '" + set.name() + "' with " + set.fingerprint();
        String host = peer.substring(0, Math.max(0, peer.lastIndexOf(':')));
        if (!lastComplaint.equals(host + what)) {
            lastComplaint = host + what;
            complaint.accept("Somebody at " + peer + " is " + what + ": its questions are refused");
        }
        throw ErrorReply.of("OTHERSET You are " + what + ".").raise();
    }

    /** The voter answers. */
    void answer(Peer to, VoterReply reply) {
        if (to.equals(current)) {
            currentReply = reply;
            return;
        }
        Wait wait = waiting.remove(to);
        if (wait != null) {
            wait.answer(reply);
        }
    }

    /**
     * The voter has dealt with an event.
     *
     * @param nowWriting whether it waits for its file, so that answers may still come
     */
    void settled(boolean nowWriting) {
        isWriting = nowWriting;
        if (!nowWriting && !waiting.isEmpty()) {
            List<Wait> rest = List.copyOf(waiting.values());
            waiting.clear();
            rest.forEach(wait -> wait.answer(null));
        }
    }

    private static void write(VoterReply reply, ReplyWriter out) {
        List<String> words = VoterWords.words(reply);
        out.array(words.size());
        words.forEach(out::bulk);
    }

    /** Somebody whose answer waits for the voter's file. */
    private final class Wait extends Blocked {
        private final Peer peer;
        private final Blocking blocking;

        private Wait(Peer peer, Blocking blocking) {
            super(NEVER);
            this.peer = peer;
            this.blocking = blocking;
        }

        /** Answers; null for silence. */
        private void answer(VoterReply reply) {
            if (!isUnderWay()) {
                return;
            }
            ReplyWriter out = blocking.writer(session());
            if (reply == null) {
                out.error(SILENT);
            } else {
                write(reply, out);
            }
            blocking.end(this);
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            out.error(SILENT);
        }

        @Override
        protected void over() {
            waiting.remove(peer);
        }
    }
}
