package io.vireo.replication;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Session;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.InlineWords;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a client has told by REPLCONF so far, before it asks to be a replica. */
@RunsOn(Loop.KEYSPACE)
final class Introduction {
    private static final int LONGEST_HOST = 255;

    private int port;
    private String host = "";
    private boolean takesMarked;
    private boolean takesNewId;
    private boolean isVireo;
    private boolean onlyCopy;
    private Replica.Parts parts = Replica.Parts.ALL;
    private Optional<Member> member = Optional.empty();

    /**
     * Takes an option and its value.
     *
     * @return false if there is no such option
     */
    boolean take(Bytes option, Bytes value) {
        if (option.isWord("listening-port")) {
            port = (int) number(value);
        } else if (option.isWord("ip-address")) {
            host = hostIn(value);
        } else if (option.isWord("capa")) {
            takesMarked |= value.isWord("eof");
            takesNewId |= value.isWord("psync2");
            isVireo |= value.isWord("vireo");
        } else if (option.isWord("rdb-only")) {
            onlyCopy = number(value) != 0;
        } else if (option.isWord("rdb-filter-only")) {
            filter(value);
        } else if (option.isWord("vireo-member")) {
            member = Member.of(value.toString());
            if (member.isEmpty()) {
                throw ErrorReply.of("ERR Invalid vireo-member").raise();
            }
        } else {
            return false;
        }
        return true;
    }

    /** Takes the names of the parts that a copy is to have. Functions are the only one that has a name. */
    private void filter(Bytes value) {
        byte[][] names = InlineWords.split(value.toArray());
        if (names == null) {
            throw ErrorReply.of("ERR Missing rdb-filter-only values").raise();
        }
        parts = Replica.Parts.NONE;
        for (byte[] part : names) {
            String name = new String(part, StandardCharsets.UTF_8);
            if (!name.equalsIgnoreCase("functions")) {
                throw ErrorReply.of("ERR Unsupported rdb-filter-only option: " + name)
                        .raise();
            }
            parts = Replica.Parts.FUNCTIONS;
        }
    }

    boolean isVireo() {
        return isVireo;
    }

    Optional<Member> member() {
        return member;
    }

    /**
     * The replica that this is.
     *
     * @param bySync whether it asked by SYNC, as before there were offsets
     */
    Replica replica(Session session, boolean bySync) {
        return new Replica(
                host.isEmpty() ? hostOf(session.connection().peerAddress()) : host,
                port,
                takesMarked,
                takesNewId,
                isVireo,
                !bySync,
                !onlyCopy,
                parts,
                member);
    }

    private static String hostIn(Bytes value) {
        if (value.length() > LONGEST_HOST) {
            throw ErrorReply.of("ERR REPLCONF ip-address provided by replica instance is too long: " + value.length()
                            + " bytes")
                    .raise();
        }
        return value.toString();
    }

    private static long number(Bytes value) {
        if (!Decimal.isLong(value)) {
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        return Decimal.toLong(value);
    }

    /** The address in {@code host:port} or {@code [host]:port}. */
    private static String hostOf(String peerAddress) {
        int end = peerAddress.lastIndexOf(':');
        String peer = end < 0 ? peerAddress : peerAddress.substring(0, end);
        return peer.startsWith("[") && peer.endsWith("]") ? peer.substring(1, peer.length() - 1) : peer;
    }
}
