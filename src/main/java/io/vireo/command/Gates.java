package io.vireo.command;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.util.ArrayList;
import java.util.List;

/** The gates before every command, in the order they are asked. */
@RunsOn(Loop.KEYSPACE)
public final class Gates {
    private final List<Gate> gates = new ArrayList<>();
    private long armed;
    private long askedForQueued;

    /** Adds a gate behind those there are; it starts disarmed. */
    public void add(Gate gate) {
        Invariant.check(gates.size() < Long.SIZE, "gates fit the bits of a long");
        if (gate.isAskedForQueued()) {
            askedForQueued |= 1L << gates.size();
        }
        gates.add(gate);
    }

    /** Arms or disarms a gate. */
    public void arm(Gate gate, boolean on) {
        int index = gates.indexOf(gate);
        Invariant.check(index >= 0, "a gate is added before it is armed");
        armed = on ? armed | 1L << index : armed & ~(1L << index);
    }

    /** Tells each command its gates; called once all gates are added. */
    void assign(CommandTable table) {
        for (Command command : table.allWithSubcommands()) {
            command.gates = 0;
            for (int i = 0; i < gates.size(); i++) {
                if (gates.get(i).concerns(command.spec())) {
                    command.gates |= 1L << i;
                }
            }
        }
    }

    /** Why a command may not run now, or null. */
    ErrorReply check(Session session, Command command, Args args) {
        return check(armed & command.gates, session, command, args);
    }

    /** Why a command that waits for EXEC may not run by now, or null. */
    ErrorReply checkQueued(Session session, Command command, Args args) {
        return check(armed & askedForQueued & command.gates, session, command, args);
    }

    private ErrorReply check(long asked, Session session, Command command, Args args) {
        long waiting = asked;
        while (waiting != 0) {
            ErrorReply refusal = gates.get(Long.numberOfTrailingZeros(waiting)).check(session, command, args);
            if (refusal != null) {
                return refusal;
            }
            waiting &= waiting - 1;
        }
        return null;
    }
}
