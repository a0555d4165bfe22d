package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Which clients CLIENT LIST and CLIENT KILL are about. */
final class ClientFilter {
    private ClientFilter() {}

    /** LIST's options: none, {@code TYPE type}, or {@code ID id [id ...]}. */
    static Predicate<Session> ofList(Args args) {
        if (args.count() == 2) {
            return session -> true;
        }
        if (args.get(2).isWord("type") && args.count() == 4) {
            return ofType(args.get(3));
        }
        if (args.get(2).isWord("id") && args.count() > 3) {
            Set<Long> ids = new HashSet<>();
            for (int i = 3; i < args.count(); i++) {
                ids.add(positive(args.get(i), ErrorReply.INVALID_CLIENT_ID));
            }
            return session -> ids.contains(session.id());
        }
        throw ErrorReply.SYNTAX.raise();
    }

    /** KILL's options, in pairs from the third word on, but for {@code SKIPME}: all of them must fit. */
    static Predicate<Session> ofKill(Args args, long nowMs) {
        if (args.count() % 2 != 0) {
            throw ErrorReply.SYNTAX.raise();
        }
        Predicate<Session> wanted = session -> true;
        for (int i = 2; i < args.count(); i += 2) {
            if (!args.get(i).isWord("skipme")) {
                wanted = wanted.and(of(args.get(i), args.get(i + 1), nowMs));
            }
        }
        return wanted;
    }

    /** Whether KILL spares the client that asks; it does unless told otherwise. */
    static boolean skipsMe(Args args) {
        boolean skips = true;
        for (int i = 2; i + 1 < args.count(); i += 2) {
            if (args.get(i).isWord("skipme")) {
                skips = yesNo(args.get(i + 1));
            }
        }
        return skips;
    }

    private static Predicate<Session> of(Bytes option, Bytes value, long nowMs) {
        String text = value.toString();
        if (option.isWord("id")) {
            long id = positive(value, ErrorReply.CLIENT_ID_NOT_POSITIVE);
            return session -> session.id() == id;
        }
        if (option.isWord("addr")) {
            return session -> session.connection().peerAddress().equals(text);
        }
        if (option.isWord("laddr")) {
            return session -> session.connection().localAddress().equals(text);
        }
        if (option.isWord("type")) {
            return ofType(value);
        }
        if (option.isWord("user")) {
            if (!text.equals("default")) {
                throw ErrorReply.of("ERR No such user '" + text + "'").raise();
            }
            return session -> session.user().equals(text);
        }
        if (option.isWord("maxage")) {
            long leastMs = maxAge(value) * 1000;
            return session -> nowMs - session.createdAtMs() >= leastMs;
        }
        throw ErrorReply.SYNTAX.raise();
    }

    private static long maxAge(Bytes seconds) {
        if (!Decimal.isLong(seconds) || Math.abs(Decimal.toLong(seconds)) > Long.MAX_VALUE / 1000) {
            throw ErrorReply.MAX_AGE_NOT_AN_INTEGER.raise();
        }
        if (Decimal.toLong(seconds) <= 0) {
            throw ErrorReply.MAX_AGE_NOT_POSITIVE.raise();
        }
        return Decimal.toLong(seconds);
    }

    private static Predicate<Session> ofType(Bytes type) {
        ClientClass wanted = clientClass(type);
        return session -> session.clientClass() == wanted;
    }

    private static ClientClass clientClass(Bytes type) {
        if (type.isWord("normal")) {
            return ClientClass.NORMAL;
        }
        if (type.isWord("slave") || type.isWord("replica")) {
            return ClientClass.REPLICA;
        }
        if (type.isWord("pubsub")) {
            return ClientClass.PUBSUB;
        }
        if (type.isWord("master")) {
            return ClientClass.PRIMARY;
        }
        throw ErrorReply.of("ERR Unknown client type '" + type + "'").raise();
    }

    private static boolean yesNo(Bytes word) {
        if (word.isWord("yes")) {
            return true;
        }
        if (word.isWord("no")) {
            return false;
        }
        throw ErrorReply.SYNTAX.raise();
    }

    private static long positive(Bytes word, ErrorReply otherwise) {
        if (!Decimal.isLong(word) || Decimal.toLong(word) <= 0) {
            throw otherwise.raise();
        }
        return Decimal.toLong(word);
    }
}
