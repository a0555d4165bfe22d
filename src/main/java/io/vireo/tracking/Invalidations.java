package io.vireo.tracking;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.command.TrackingMode;
import io.vireo.resp.RespWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the messages that copies are out of date: pushes in RESP3; in RESP2 messages of a channel, to a client that
 * listens to some channel and that another client has named.
 */
@RunsOn(Loop.KEYSPACE)
final class Invalidations {
    private static final byte[] INVALIDATE = ascii("invalidate");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] CHANNEL = ascii("__redis__:invalidate");
    private static final byte[] BROKEN = ascii("tracking-redir-broken");

    private final Sessions sessions;
    private final RespWriter out = new RespWriter();

    Invalidations(Sessions sessions) {
        this.sessions = sessions;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Tells a client that tracks that a key has changed. */
    void key(Session session, Bytes key) {
        Session receiver = begin(session);
        if (receiver != null) {
            out.array(1);
            out.bulk(key);
            receiver.connection().outputChanged();
        }
    }

    /** Tells a client that tracks that these keys have changed. */
    void keys(Session session, List<byte[]> keys) {
        Session receiver = begin(session);
        if (receiver != null) {
            out.array(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                out.bulk(keys.get(i));
            }
            receiver.connection().outputChanged();
        }
    }

    /** Tells a client that tracks that all keys are gone. */
    void all(Session session) {
        Session receiver = begin(session);
        if (receiver != null) {
            out.nullBulk();
            receiver.connection().outputChanged();
        }
    }

    /** Begins a message, whose last element is to follow. Returns who gets it, or null if nobody can. */
    private Session begin(Session session) {
        TrackingMode mode = session.tracking();
        Session receiver = session;
        if (mode.redirect() != 0) {
            receiver = sessions.byId(mode.redirect());
            if (receiver == null) {
                breaks(session, mode);
                return null;
            }
        }
        if (receiver.protocol() >= 3) {
            out.to(receiver.pushOutput(), receiver.protocol());
            out.push(2);
            out.bulk(INVALIDATE);
            return receiver;
        }
        if (mode.redirect() != 0 && receiver.isListening()) {
            out.to(receiver.pushOutput(), receiver.protocol());
            out.push(3);
            out.bulk(MESSAGE);
            out.bulk(CHANNEL);
            return receiver;
        }
        return null;
    }

    private void breaks(Session session, TrackingMode mode) {
        mode.breaks();
        if (session.protocol() >= 3) {
            out.to(session.pushOutput(), session.protocol());
            out.push(2);
            out.bulk(BROKEN);
            out.integer(mode.redirect());
            session.connection().outputChanged();
        }
    }
}
