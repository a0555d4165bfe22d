package io.vireo.replication;

import io.vireo.log.StreamPosition;
import java.util.List;

/** What the link to a primary wants done; a {@link Say} too. */
public sealed interface LinkAction permits Say, LinkAction.Wire, LinkAction.Data, LinkAction.Heir {

    /** What is done on the connection. */
    sealed interface Wire extends LinkAction {}

    /** What is done with our own data and stream. */
    sealed interface Data extends LinkAction {}

    /** What is told of a replica of ours that was asked to lead. */
    sealed interface Heir extends LinkAction {}

    /** It leads. */
    record HeirLeads() implements Heir {}

    /** It does not. */
    record HeirRefuses() implements Heir {}

    /** Open a connection; {@code Connected} or {@code Lost} will follow. */
    record Connect(Target primary) implements Wire {}

    /** Send a command as a RESP array. */
    record Send(List<String> words) implements Wire {
        static Send of(String... words) {
            return new Send(List.of(words));
        }
    }

    /** Tell the primary that we have applied its stream up to this offset, and how much of it is on our disk. */
    record Ack(long offset) implements Wire {}

    /** Send a newline, which means only that we live. */
    record SendNewline() implements Wire {}

    /** Close the connection and drop what came in; nothing more is told of it. A load under way is given up. */
    record Close() implements Wire {}

    /** Take the payload that follows, as its first line announced it; perhaps it is of the stream that we have a part of. */
    record Receive(PayloadShape shape, boolean sameHistory) implements Wire {}

    /** Our data are no copy of any stream from now on. */
    record Disown() implements Data {}

    /** Put the received copy in the place of our data. */
    record Load() implements Data {}

    /** Our data are a copy of another stream, at this position; its next bytes are for this database. */
    record Adopt(StreamPosition position, int database) implements Data {}

    /** Our data are continued by the stream that has this id now. */
    record Continue(String id) implements Data {}
}
