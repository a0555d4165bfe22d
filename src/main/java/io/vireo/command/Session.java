package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Watcher;
import io.vireo.resp.DeferredOutput;
import io.vireo.resp.DiscardedOutput;
import io.vireo.resp.OutputBuffer;
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

    /** Which replies a client wants: CLIENT REPLY. */
    enum Replies {
        ON,
        OFF,
        /** All but that of the next command. */
        SKIP_NEXT,
        /** That of the present command not. */
        SKIP
    }

    /** About what a client takes that does nothing: its objects here, in the network library, and of its channel. */
    private static final int OWN_BYTES = 4096;

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
    private long keptBytes;
    private Replies replies = Replies.ON;
    private TrackingMode tracking;
    private boolean cachingSaid;
    private boolean followedUp;
    private boolean evictable = true;
    private boolean touching = true;
    private int channels;
    private int patterns;
    private int shardChannels;
    private boolean monitors;
    private boolean runs;
    private DeferredOutput deferred;
    private final DiscardedOutput discarded;
    private Runnable onEmptyLine = () -> {};

    Session(long id, Connection connection, SessionLimits limits, DiscardedOutput discarded, long nowMs) {
        this.id = id;
        this.discarded = discarded;
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

    /** Where this client's replies go now: its connection's output, or nowhere. */
    public OutputBuffer output() {
        return isMuted() ? nowhere() : connection.output();
    }

    /** Nowhere: for replies that must not reach this client. What was written there is known until it is asked for again. */
    public DiscardedOutput nowhere() {
        return discarded.emptied();
    }

    /** Whether the present command is not answered. What is pushed to the client is sent all the same. */
    public boolean isMuted() {
        return replies == Replies.OFF || replies == Replies.SKIP;
    }

    /** Whether what was said before a command is over with it: {@link #commandDone} is to be told then. */
    boolean isFollowedUp() {
        return followedUp;
    }

    void replies(Replies newReplies) {
        replies = newReplies;
        followUp();
    }

    private void followUp() {
        followedUp = cachingSaid || replies.compareTo(Replies.SKIP_NEXT) >= 0;
    }

    /** How this client is told of changes of keys; null if it is not. */
    public TrackingMode tracking() {
        return tracking;
    }

    public void tracking(TrackingMode newMode) {
        tracking = newMode;
        if (newMode == null) {
            cachingSaid = false;
            followUp();
        }
    }

    /** Whether CLIENT CACHING was said for the command that runs, or the next one. */
    public boolean isCachingSaid() {
        return cachingSaid;
    }

    /** CLIENT CACHING holds for the next command, or all of a transaction. */
    public void sayCaching() {
        cachingSaid = true;
        followUp();
    }

    /** The command after this one is not to be answered. */
    void skipNextReply() {
        if (replies != Replies.OFF) {
            replies = Replies.SKIP_NEXT;
            followUp();
        }
    }

    /** A command has been answered, or run without an answer. */
    void commandDone() {
        switch (replies) {
            case SKIP_NEXT -> replies = Replies.SKIP;
            case SKIP -> replies = Replies.ON;
            case ON, OFF -> {}
        }
        boolean isClient = lastCommand != null && lastCommand.fullName().startsWith("client|");
        if (!isClient && !transaction.isOpen()) {
            cachingSaid = false;
        }
        followUp();
    }

    /** Says that so many bytes more, or less, are kept for this client: of its subscriptions, or what it tracks. */
    public void keeps(long moreBytes) {
        keptBytes += moreBytes;
    }

    /** Bytes of the words of the command that has not all come, or that waits. */
    long argumentBytes() {
        return connection.argumentBytes() + (blocked == null ? 0 : blocked.memoryBytes());
    }

    /** About what this client takes of memory, in bytes. */
    public long memoryBytes() {
        return OWN_BYTES
                + connection.bufferBytes()
                + transaction.memoryBytes()
                + keptBytes
                + (blocked == null ? 0 : blocked.memoryBytes());
    }

    /** Whether this client may be closed where all clients together take too much memory. */
    public boolean isEvictable() {
        return evictable;
    }

    void evictable(boolean now) {
        evictable = now;
    }

    /** Whether the keys this client reads count as used by it. */
    public boolean isTouching() {
        return touching;
    }

    void touching(boolean now) {
        touching = now;
    }

    /** Says to how much this client listens; as long as it is anything, the client is of another class. */
    public void listensTo(int newChannels, int newPatterns, int newShardChannels) {
        channels = newChannels;
        patterns = newPatterns;
        shardChannels = newShardChannels;
    }

    int channels() {
        return channels;
    }

    int patterns() {
        return patterns;
    }

    int shardChannels() {
        return shardChannels;
    }

    /** Whether this client listens to any channel. */
    public boolean isListening() {
        return channels + patterns + shardChannels > 0;
    }

    /** Says whether this client is shown the commands of all. */
    public void monitors(boolean now) {
        monitors = now;
    }

    /** Whether this client is shown the commands of all. */
    public boolean monitors() {
        return monitors;
    }

    /** Where what is pushed to this client goes: behind the reply of the command it runs, if it runs one. */
    public OutputBuffer pushOutput() {
        if (!runs) {
            return connection.output();
        }
        if (deferred == null) {
            deferred = new DeferredOutput();
        }
        return deferred;
    }

    /** Whether a command of this client is being executed. */
    boolean runs() {
        return runs;
    }

    void commandBegins() {
        runs = true;
    }

    void commandEnds() {
        runs = false;
        if (deferred != null && !deferred.isEmpty()) {
            deferred.moveTo(connection.output());
            connection.outputChanged();
        }
    }

    /** The class by which this client's output is limited. */
    public ClientClass clientClass() {
        return switch (kind) {
            case REPLICA -> ClientClass.REPLICA;
            case PRIMARY -> ClientClass.PRIMARY;
            case NORMAL -> isListening() ? ClientClass.PUBSUB : ClientClass.NORMAL;
        };
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
        replies(Replies.ON);
        evictable = true;
        touching = true;
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
