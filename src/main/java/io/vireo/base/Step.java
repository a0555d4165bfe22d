package io.vireo.base;

import java.util.ArrayList;
import java.util.List;

/**
 * What a state machine answers to an event: the state it is in now, and what has to be done, in this order.
 *
 * @param <S> the machine's states
 * @param <A> the machine's actions
 */
public record Step<S, A>(S state, List<A> actions) {
    public Step {
        actions = List.copyOf(actions);
    }

    @SafeVarargs
    public static <S, A> Step<S, A> to(S state, A... actions) {
        List<A> list = new ArrayList<>(actions.length);
        for (A action : actions) {
            list.add(action);
        }
        return new Step<>(state, list);
    }
}
