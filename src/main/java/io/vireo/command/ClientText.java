package io.vireo.command;

/** A client as one line of CLIENT LIST; log lines name a client by it too. */
public final class ClientText {
    private static final int QUERY_ROOM = 20_474;
    private static final int REPLY_BUFFER = 16_384;

    private ClientText() {}

    /** The line, without a line end. */
    public static String of(Session session, long nowMs) {
        Connection connection = session.connection();
        Command last = session.lastCommand();
        long query = connection.queryBytes();
        long output = connection.outputBytes();
        return "id=" + session.id()
                + " addr=" + connection.peerAddress()
                + " laddr=" + connection.localAddress()
                + " fd=" + connection.descriptor()
                + " name=" + session.name()
                + " age=" + (nowMs - session.createdAtMs()) / 1000
                + " idle=" + (nowMs - session.lastInteractionMs()) / 1000
                + " flags=" + flags(session)
                + " db=" + session.db()
                + " sub=0 psub=0 ssub=0 multi=" + session.transaction().size()
                + " qbuf=" + query
                + " qbuf-free=" + (query == 0 ? 0 : Math.max(0, QUERY_ROOM - query))
                + " argv-mem=0 multi-mem=0 rbs=" + REPLY_BUFFER + " rbp=0 obl=0 oll=" + (output > 0 ? 1 : 0)
                + " omem=" + output
                + " tot-mem=" + (REPLY_BUFFER + query + output)
                + " events=r cmd=" + (last == null ? "NULL" : last.fullName())
                + " user=" + session.user()
                + " redir=-1 resp=" + session.protocol()
                + " lib-name=" + session.libraryName()
                + " lib-ver=" + session.libraryVersion();
    }

    private static String flags(Session session) {
        StringBuilder flags = new StringBuilder();
        switch (session.kind()) {
            case REPLICA -> flags.append('S');
            case PRIMARY -> flags.append('M');
            case NORMAL -> {}
        }
        Transaction transaction = session.transaction();
        if (transaction.isOpen()) {
            flags.append('x');
        }
        if (session.isBlocked()) {
            flags.append('b');
        }
        if (transaction.isWatchedChanged()) {
            flags.append('d');
        }
        if (session.isClosing()) {
            flags.append('c');
        }
        if (!session.connection().localAddress().contains(":")
                || session.connection().peerAddress().startsWith("/")) {
            flags.append('U');
        }
        return flags.isEmpty() ? "N" : flags.toString();
    }
}
