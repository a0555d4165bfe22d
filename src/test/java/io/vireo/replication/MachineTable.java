package io.vireo.replication;

import io.vireo.base.Step;
import io.vireo.log.ReplicationHistory;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.BiFunction;

/** Runs every state of a machine against every event, and writes down what changed, a line each, for tests. */
final class MachineTable<S, E, A> {
    private static final int LONGEST_LINE = 96;

    private final List<S> states;
    private final List<E> events;
    private final BiFunction<S, E, Step<S, A>> machine;

    MachineTable(List<S> states, List<E> events, BiFunction<S, E, Step<S, A>> machine) {
        this.states = states;
        this.events = events;
        this.machine = machine;
    }

    /** {@code State + Event -> NextState: actions}; pairs that change nothing are left out. */
    String arrows() {
        StringBuilder table = new StringBuilder();
        for (S state : states) {
            for (E event : events) {
                Step<S, A> step = machine.apply(state, event);
                if (!step.state().equals(state) || !step.actions().isEmpty()) {
                    String arrow = name(state) + " + " + text(event) + " -> " + name(step.state());
                    String actions = actions(step);
                    String separator = arrow.length() + actions.length() > LONGEST_LINE ? "\n  " : "";
                    table.append(arrow).append(separator).append(actions).append("\n");
                }
            }
        }
        return table.toString();
    }

    private String actions(Step<S, A> step) {
        if (step.actions().isEmpty()) {
            return "";
        }
        StringJoiner names = new StringJoiner(", ", ": ", "");
        for (A action : step.actions()) {
            names.add(action instanceof Say ? "say" : text(action));
        }
        return names.toString();
    }

    private static String name(Object state) {
        return state.getClass().getSimpleName();
    }

    private static String text(Object record) {
        return switch (record) {
            case LinkAction.Send(List<String> words) -> "send " + String.join(" ", words);
            case RoleAction.TellLink(LinkEvent event) -> "link " + text(event);
            case RoleAction.Rename(ReplicationHistory h) ->
                "Rename[" + h.id() + ", " + h.formerId() + ", " + h.formerUpTo() + "]";
            default ->
                record.toString()
                        .replaceAll("\\b\\w+=", "")
                        .replace("Optional.empty", "-")
                        .replace("Optional", "")
                        .replace("[]", "");
        };
    }
}
