package io.vireo.net;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Session;
import io.vireo.resp.Args;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;

/**
 * The next few commands of a pipeline, read before the first of them runs, so that the memory their keys lie in can be
 * asked for together. One per loop; good until the next {@link #read}.
 */
@RunsOn(Loop.KEYSPACE)
final class CommandBatch {
    private static final int MOST = 16;

    private final Args[] slots = new Args[MOST];
    private final Args[] commands = new Args[MOST];
    private final int[] ends = new int[MOST];
    private int count;
    private int used;
    private ProtocolException problem;

    CommandBatch() {
        for (int i = 0; i < MOST; i++) {
            slots[i] = new Args();
        }
    }

    /**
     * Reads commands. Before login only one at a time: whether the next may be large depends on what the first does.
     *
     * @param address the first byte not yet used
     * @param available how many bytes there are from it
     */
    void read(RespDecoder decoder, long address, int available, Session session) {
        count = 0;
        used = 0;
        problem = null;
        int most = session.isLoggedIn() ? MOST : 1;
        try {
            while (count < most) {
                RespDecoder.Outcome outcome = decoder.next(address + used, available - used, session, slots[count]);
                if (outcome == RespDecoder.Outcome.MORE) {
                    return;
                }
                used += decoder.used();
                if (outcome == RespDecoder.Outcome.NOTHING) {
                    session.emptyLine();
                    continue;
                }
                commands[count] = decoder.args();
                ends[count] = used;
                count++;
                if (decoder.args() != slots[count - 1]) {
                    return; // the decoder's own words, which the next command that comes in pieces would take
                }
            }
        } catch (ProtocolException e) {
            problem = e;
        }
    }

    int count() {
        return count;
    }

    Args[] commands() {
        return commands;
    }

    /** Where the bytes of a command end, from the address that was read. */
    int end(int index) {
        return ends[index];
    }

    /** How many bytes were read; those of a command that is not complete are not among them. */
    int used() {
        return used;
    }

    /** What is wrong behind the commands that were read, or null. */
    ProtocolException problem() {
        return problem;
    }
}
