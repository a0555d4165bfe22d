package io.vireo.replication;

import io.vireo.log.StreamPosition;
import java.util.List;

/** The states of the link to a primary; {@link PrimaryLink} draws how they follow one another. */
public sealed interface LinkState {

    /**
     * What lasts from one connection to the next.
     *
     * @param primary whom we follow
     * @param position what our data are a copy of
     * @param setbacks how often in a row the primary's bytes could not be used; each makes the next wait longer
     * @param standing what our data have to do with this primary
     * @param eager whether the primary, being a Vireo too, is told after every batch how far we are
     * @param asking whether it is one of our replicas, which is asked to lead
     */
    record Course(
            Target primary, StreamPosition position, int setbacks, Standing standing, boolean eager, ToLead asking) {
        static Course towards(Target primary, StreamPosition position) {
            return new Course(primary, position, 0, Standing.NEW, false, ToLead.NO);
        }

        Course at(StreamPosition newPosition) {
            return new Course(primary, newPosition, setbacks, standing, eager, asking);
        }

        Course standing(Standing newStanding) {
            return new Course(primary, position, setbacks, newStanding, eager, asking);
        }

        /** The same course with more of the primary's data, which ends a row of setbacks. */
        Course advancedTo(StreamPosition newPosition) {
            return new Course(primary, newPosition, 0, Standing.KNOWN, eager, asking);
        }

        Course eager(boolean newEager) {
            return new Course(primary, position, setbacks, standing, newEager, asking);
        }

        Course withSetback() {
            return new Course(primary, position, setbacks + 1, standing, eager, asking);
        }

        Course asking(ToLead newAsking) {
            return new Course(primary, position, setbacks, standing, eager, newAsking);
        }
    }

    /** What our data have to do with the primary we follow. */
    enum Standing {
        /** We were told to follow it, and have nothing of it yet: it may replace all we have. */
        NEW,
        /** Our data are its own, or were when this node was started to follow it. */
        KNOWN,
        /** It came back without data and with another history: ours are kept from it. */
        HELD_OFF
    }

    /** Whether the node at the other end is asked to become our primary: then it is a replica of ours until it has agreed. */
    enum ToLead {
        NO,
        YES,
        /** It was asked, and the connection ended before the answer: perhaps it leads already. */
        PERHAPS_DONE
    }

    /** A question of the greeting. */
    enum Question {
        AUTH,
        LISTENING_PORT,
        IP_ADDRESS,
        CAPABILITIES,
        /** Only where voters say who leads. */
        MEMBER
    }

    /** What the next byte from the primary belongs to. */
    enum Reading {
        NOTHING,
        LINES,
        PAYLOAD,
        COMMANDS
    }

    /**
     * Whether something should have happened by now.
     *
     * @param timeoutMs how long a primary may be silent
     */
    default boolean isDue(long nowMs, long timeoutMs) {
        return false;
    }

    default Reading reading() {
        return Reading.LINES;
    }

    /** We follow nobody. */
    record Unlinked() implements LinkState {
        @Override
        public Reading reading() {
            return Reading.NOTHING;
        }
    }

    /** A state in which we follow somebody. */
    sealed interface Linked extends LinkState {
        Course course();
    }

    /**
     * A state in which the primary has to be heard of.
     *
     * <p>What is kept is when it was, and not when it has to be: a timeout that is changed counts at once.
     */
    sealed interface Listening extends Linked {
        /** When it was heard of, or when it was first spoken to. */
        long heardMs();

        @Override
        default boolean isDue(long nowMs, long timeoutMs) {
            return nowMs - heardMs() >= timeoutMs;
        }
    }

    /** No connection, until the next attempt. */
    record Waiting(Course course, long retryAtMs) implements Linked {
        @Override
        public boolean isDue(long nowMs, long timeoutMs) {
            return nowMs >= retryAtMs;
        }

        @Override
        public Reading reading() {
            return Reading.NOTHING;
        }
    }

    /** A state in which the connection is made and used to find out how to go on. */
    sealed interface Handshake extends Listening {}

    /** The connection is being made. */
    record Connecting(Course course, long heardMs) implements Handshake {
        @Override
        public Reading reading() {
            return Reading.NOTHING;
        }
    }

    /** PING is sent. */
    record Pinging(Course course, long heardMs) implements Handshake {}

    /** AUTH and REPLCONF are sent; the answers come in this order. */
    record Greeting(Course course, long heardMs, List<Question> unanswered) implements Handshake {}

    /** PSYNC is sent. */
    record Asking(Course course, long heardMs) implements Handshake {}

    /** A state on the way to a full copy, which is of the position {@code promised}. */
    sealed interface FullSync extends Linked {
        StreamPosition promised();
    }

    /** The full copy is being made; newlines say that the primary is alive. */
    record Expecting(Course course, long heardMs, StreamPosition promised) implements FullSync, Listening {}

    /** The full copy is coming in. */
    record Receiving(Course course, long heardMs, StreamPosition promised) implements FullSync, Listening {
        @Override
        public Reading reading() {
            return Reading.PAYLOAD;
        }
    }

    /** The full copy has come, and is being looked through; the primary, if still there, gets a newline each second. */
    record Checking(Course course, long newlineAtMs, StreamPosition promised, boolean connected) implements FullSync {
        @Override
        public Reading reading() {
            return Reading.NOTHING;
        }
    }

    /** The full copy takes the place of our data; the primary, if still there, gets a newline each second. */
    record Loading(Course course, long newlineAtMs, StreamPosition promised, boolean connected) implements FullSync {
        @Override
        public Reading reading() {
            return Reading.NOTHING;
        }
    }

    /** The primary's commands come in, and are applied up to {@code course.position()}. */
    record Streaming(Course course, long heardMs, long ackAtMs) implements Listening {
        @Override
        public Reading reading() {
            return Reading.COMMANDS;
        }
    }
}
