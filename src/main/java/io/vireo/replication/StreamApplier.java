package io.vireo.replication;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;
import java.util.Optional;

/**
 * Applies a primary's stream: runs its commands, and passes its bytes on to our own log, unchanged.
 *
 * <p>A transaction counts as applied at its EXEC: until then neither our offset nor our own replicas see any of it, and if
 * it is never finished it was never there.
 */
@RunsOn(Loop.KEYSPACE)
final class StreamApplier {
    private static final int SHOWN_BYTES = 128;

    private final ReplicationLog log;
    private final StreamCommands commands;
    private final Args args = new Args();
    private RespDecoder decoder = new RespDecoder(args);
    private LinkEvent.CommandRefused refused;
    private boolean takesLines;
    private long commitOffset = -1;
    private long echoedMs = -1;

    StreamApplier(ReplicationLog log, StreamCommands commands) {
        this.log = log;
        this.commands = commands;
    }

    /**
     * Begins at the log's end, in the database the log stands in.
     *
     * @param fromVireo whether the primary is a Vireo, which tells between two commands up to where its group holds the
     *     stream, and which of our stamps it had got: a line {@code :offset stamp}, which is no part of the stream
     */
    void begin(boolean fromVireo) {
        takesLines = fromVireo;
        commitOffset = -1;
        echoedMs = -1;
        decoder = new RespDecoder(args);
        refused = null;
        commands.begin(Math.max(0, log.database()));
    }

    /** The link is gone, or the stream was refused. The log has forgotten what is not applied. */
    void end() {
        commands.end();
    }

    /** Why the stream cannot be applied any further; nothing may be applied then until it {@linkplain #begin begins} again. */
    Optional<LinkEvent.CommandRefused> refused() {
        return Optional.ofNullable(refused);
    }

    /**
     * Applies as many whole commands as there are.
     *
     * @return how many bytes were used; what is left is the beginning of a command, and comes again with more behind it
     */
    int apply(long address, int length) {
        commands.beginBatch();
        int used = 0;
        try {
            while (used < length) {
                int told = takeLine(address + used, length - used);
                used += told;
                if (told > 0) {
                    continue;
                }
                if (!isArray(address + used)) {
                    break;
                }
                RespDecoder.Outcome found = decoder.next(address + used, length - used, RespDecoder.Limits.NONE);
                if (found == RespDecoder.Outcome.MORE) {
                    break;
                }
                if (found == RespDecoder.Outcome.COMMAND && !runs(decoder.args())) {
                    break;
                }
                passOn(address + used, decoder.used());
                used += decoder.used();
            }
        } catch (ProtocolException e) {
            refused = refusal("what it sent", e.getMessage(), true);
        }
        return used;
    }

    long commitOffset() {
        return commitOffset;
    }

    /** The latest of our stamps that the primary had got when it had sent all it had; -1 as long as it has told none. */
    long echoedMs() {
        return echoedMs;
    }

    /** Takes a line that is no part of the stream; returns its length, or 0 where there is none, or not yet a whole one. */
    private int takeLine(long address, int length) {
        if (!takesLines || RawMemory.getByte(address) != ':') {
            return 0;
        }
        long first = -1;
        long number = 0;
        for (int i = 1; i < length; i++) {
            byte next = RawMemory.getByte(address + i);
            if (next >= '0' && next <= '9') {
                number = number * 10 + (next - '0');
            } else if (next == ' ' && first < 0) {
                first = number;
                number = 0;
            } else if (next == '\n' && first >= 0) {
                commitOffset = first;
                echoedMs = number;
                return i + 1;
            } else if (next != '\r') {
                refused = refusal("what it sent", "what it tells beside the stream has another form", true);
                return 0;
            }
        }
        return 0;
    }

    /** A stream is arrays only. Anything else means that it was not continued where we think it was. */
    private boolean isArray(long address) {
        boolean isHalfLine = takesLines && RawMemory.getByte(address) == ':';
        if (isHalfLine) {
            return false;
        }
        if (RawMemory.getByte(address) != '*') {
            refused = refusal("what it sent", "inline protocol, stream corruption?", true);
        }
        return refused == null;
    }

    private boolean runs(Args command) {
        Optional<StreamCommands.Refusal> refusal = commands.run(command);
        refusal.ifPresent(r -> refused = refusal(shown(command), r.error(), r.halfDone()));
        return refused == null;
    }

    private void passOn(long address, int length) {
        log.appendFromPrimary(address, length);
        if (!commands.isInTransaction()) {
            log.commitFromPrimary();
            log.database(commands.database());
        }
    }

    private LinkEvent.CommandRefused refusal(String what, String why, boolean positionLost) {
        return new LinkEvent.CommandRefused(
                "== CRITICAL == This replica cannot apply the stream of its master behind offset " + log.endOffset()
                        + ": " + what + " was refused: '" + why
                        + "'. Nothing is skipped: the link is closed and tried again.",
                positionLost);
    }

    private static String shown(Args command) {
        StringBuilder text = new StringBuilder("'");
        for (int i = 0; i < command.count() && text.length() < SHOWN_BYTES; i++) {
            Bytes word = command.get(i);
            int part = Math.min(word.length(), SHOWN_BYTES - text.length());
            text.append(i == 0 ? "" : " ").append(new Bytes().set(word.address(), part));
        }
        return text.append("'").toString();
    }
}
