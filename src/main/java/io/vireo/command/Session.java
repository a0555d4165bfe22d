package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Watcher;
import io.vireo.resp.RespDecoder;

/** One client: what it has chosen, what it is in the middle of, and what is counted about it. */
@RunsOn(Loop.KEYSPACE)
public final class Session implements RespDecoder.Limits, Watcher {
    /** What a client is to the server. */
    public enum Kind {
        NORMAL,
        /** A replica that is fed from the log. */
        REPLICA,
        /** The primary whose stream this node applies. */
        PRIMARY
    }

    private final long id;
    private final Connection connection;
    private final long createdAtMs;
    private final SessionLimits limits;

    private Kind kind = Kind.NORMAL;
    private int db;
    private int protocol = 2;
    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private String user = "default";
    private boolean loggedIn;
    private final Transaction transaction = new Transaction();
    private boolean closing;
    private Blocked blocked;

    private long lastInteractionMs;
    private Command lastCommand;
    private long writtenUpTo;
    private boolean insideExec;
    private Runnable onEmptyLine = () -> {};

    Session(long id, Connection connection, SessionLimits limits, long nowMs) {
        this.id = id;
        this.connection = connection;
        this.limits = limits;
        this.createdAtMs = nowMs;
        this.lastInteractionMs = nowMs;
        this.loggedIn = !limits.isPasswordRequired();
    }

    public long id() {
        return id;
    }

    public Connection connection() {
        return connection;
    }

    public Kind kind() {
        return kind;
    }

    public void kind(Kind newKind) {
        kind = newKind;
    }

    public int db() {
        return db;
    }

    public void db(int newDb) {
        db = newDb;
    }

    /** 2 or 3. */
    public int protocol() {
        return protocol;
    }

    public void protocol(int newProtocol) {
        protocol = newProtocol;
    }

    public String name() {
        return name;
    }

    public void name(String newName) {
        name = newName;
    }

    /** The client library's name, as CLIENT SETINFO said it, or empty. */
    public String libraryName() {
        return libraryName;
    }

    public void libraryName(String newName) {
        libraryName = newName;
    }

    public String libraryVersion() {
        return libraryVersion;
    }

    public void libraryVersion(String newVersion) {
        libraryVersion = newVersion;
    }

    public String user() {
        return user;
    }

    /** Whether the client has given a password, or none is asked for. */
    @Override
    public boolean isLoggedIn() {
        return loggedIn || !limits.isPasswordRequired();
    }

    public void logIn(String asUser) {
        user = asUser;
        loggedIn = true;
    }

    @Override
    public long maxBulkLength() {
        return limits.maxBulkLength();
    }

    public Transaction transaction() {
        return transaction;
    }

    /** Called by the keyspace when a watched key has changed. */
    @Override
    public void keyChanged() {
        transaction.watchedKeyChanged();
    }

    public long createdAtMs() {
        return createdAtMs;
    }

    public long lastInteractionMs() {
        return lastInteractionMs;
    }

    /** The command run last, or null. */
    public Command lastCommand() {
        return lastCommand;
    }

    void interacted(long nowMs, Command command) {
        lastInteractionMs = nowMs;
        lastCommand = command;
    }

    /** Notes that the peer was heard from outside a command, as a replica is by its acknowledgements. */
    public void interacted(long nowMs) {
        lastInteractionMs = nowMs;
    }

    /** The end of the stream when this client's last command had run: what WAIT waits for. */
    public long writtenUpTo() {
        return writtenUpTo;
    }

    void writtenUpTo(long offset) {
        writtenUpTo = offset;
    }

    /** Sets what is done when the peer sends an empty line, by which a replica says that it is there. */
    public void onEmptyLine(Runnable what) {
        onEmptyLine = what;
    }

    /** The peer has sent an empty line. */
    public void emptyLine() {
        onEmptyLine.run();
    }

    /** Whether the command that runs is one of an EXEC: it must not block. */
    public boolean isInsideExec() {
        return insideExec;
    }

    void insideExec(boolean is) {
        insideExec = is;
    }

    /** What the client waits for, or null. */
    Blocked blocked() {
        return blocked;
    }

    void blocked(Blocked newBlocked) {
        blocked = newBlocked;
    }

    /** Whether its commands wait for something. */
    public boolean isBlocked() {
        return blocked != null;
    }

    public boolean isClosing() {
        return closing;
    }

    /** Runs no further command and ends the connection once the replies so far have left. */
    public void closeAfterReplies() {
        closing = true;
        connection.closeAfterOutput();
    }

    /** Back to how a fresh connection is, but for its id; what RESET does. */
    void reset() {
        db = 0;
        protocol = 2;
        name = "";
        user = "default";
        loggedIn = false;
        transaction.end();
    }

    /** Whether the client is on this machine. */
    public boolean isLocal() {
        String peer = connection.peerAddress();
        return peer.startsWith("127.")
                || peer.startsWith("[::1]")
                || peer.startsWith("[0:0:0:0:0:0:0:1]")
                || peer.startsWith("/");
    }

    /** Whether a word may be a client's name: no blanks, no control characters. */
    public static boolean isName(Bytes word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.at(i) < '!' || word.at(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
