package io.vireo.command;

/** A client as one line of CLIENT LIST; log lines name a client by it too. */
public final class ClientText {
    private ClientText() {}

    /** The line of a client that runs no command now, without a line end. */
    public static String of(Session session, long nowMs) {
        return of(session, nowMs, 0);
    }

    /** @param argumentBytes of the words of the command it runs now */
    static String of(Session session, long nowMs, long argumentBytes) {
        Connection connection = session.connection();
        Transaction transaction = session.transaction();
        Command last = session.lastCommand();
        return "id=" + session.id()
                + " addr=" + connection.peerAddress()
                + " laddr=" + connection.localAddress()
                + " fd=" + connection.descriptor()
                + " name=" + session.name()
                + " age=" + (nowMs - session.createdAtMs()) / 1000
                + " idle=" + (nowMs - session.lastInteractionMs()) / 1000
                + " flags=" + flags(session)
                + " db=" + session.db()
                + " sub=" + session.channels()
                + " psub=" + session.patterns()
                + " ssub=" + session.shardChannels()
                + " multi=" + transaction.size()
                + " qbuf=" + connection.queryBytes()
                + " qbuf-free=" + connection.queryRoomBytes()
                + " argv-mem=" + Math.max(argumentBytes, session.argumentBytes())
                + " multi-mem=" + transaction.memoryBytes()
                + " rbs=" + connection.replyBufferBytes()
                + " rbp=" + connection.replyBytes()
                + " obl=" + connection.replyBytes()
                + " oll=" + connection.outputBuffers()
                + " omem=" + (connection.outputBytes() - connection.replyBytes())
                + " tot-mem=" + (session.memoryBytes() + argumentBytes)
                + " events=" + events(connection)
                + " cmd=" + (last == null ? "NULL" : last.fullName())
                + " user=" + session.user()
                + " redir="
                + (session.tracking() == null ? -1 : session.tracking().redirect())
                + " resp=" + session.protocol()
                + " lib-name=" + session.libraryName()
                + " lib-ver=" + session.libraryVersion();
    }

    private static String events(Connection connection) {
        return (connection.isReading() ? "r" : "") + (connection.isWriting() ? "w" : "");
    }

    private static String flags(Session session) {
        StringBuilder flags = new StringBuilder();
        Transaction transaction = session.transaction();
        add(flags, 'S', session.kind() == Session.Kind.REPLICA);
        add(flags, 'M', session.kind() == Session.Kind.PRIMARY);
        add(flags, 'O', session.monitors());
        add(flags, 'P', session.clientClass() == ClientClass.PUBSUB);
        add(flags, 'x', transaction.isOpen());
        add(flags, 'b', session.isBlocked());
        TrackingMode tracking = session.tracking();
        add(flags, 't', tracking != null);
        add(flags, 'R', tracking != null && tracking.isBroken());
        add(flags, 'B', tracking != null && tracking.isBroadcast());
        add(flags, 'd', transaction.isWatchedChanged());
        add(flags, 'c', session.isClosing());
        add(flags, 'U', isUnixSocket(session.connection()));
        add(flags, 'e', !session.isEvictable());
        add(flags, 'T', !session.isTouching());
        return flags.isEmpty() ? "N" : flags.toString();
    }

    private static void add(StringBuilder flags, char flag, boolean isSet) {
        if (isSet) {
            flags.append(flag);
        }
    }

    private static boolean isUnixSocket(Connection connection) {
        return !connection.localAddress().contains(":")
                || connection.peerAddress().startsWith("/");
    }
}
