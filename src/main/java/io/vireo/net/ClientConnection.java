package io.vireo.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.UnixChannel;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.ClientClass;
import io.vireo.command.ClientText;
import io.vireo.command.Command;
import io.vireo.command.Connection;
import io.vireo.command.Session;
import io.vireo.config.Words;
import io.vireo.resp.Args;
import io.vireo.resp.DiscardedOutput;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.OutputBuffer;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;
import io.vireo.resp.RespWriter;
import java.nio.charset.StandardCharsets;

/**
 * One client's socket: cuts its bytes into commands where they lie, runs them, and collects the replies.
 *
 * <p>Bytes that arrive are parsed in the buffer they were read into; only a command that is not yet complete makes this
 * connection keep a buffer. While clients leave too much unread it stops executing, and then reads nothing either, so that
 * a client which does not read its replies is held back by its own socket ({@link ClientLimits}).
 *
 * <p>While the kernel takes no more, replies are gathered in full buffers; a small reply a turn would else take a whole
 * buffer each.
 */
@RunsOn(Loop.KEYSPACE)
final class ClientConnection extends ChannelInboundHandlerAdapter implements Connection {
    /** While a client waits, what it sends is read up to here, so that its end is noticed. */
    private static final int MOST_UNRUN_BYTES = 1 << 20;

    private static final long MOST_UNREAD_BEFORE_LOGIN = 1024;
    /** The most that is read at once of a large argument. */
    private static final int LARGEST_PIECE = 1 << 20;

    private static final int SHOWN_QUERY_BYTES = 64;

    private final RespListener listener;
    private final ClientLimits limits;
    private final Channel channel;
    private final RespDecoder decoder;
    private final ReplyBuffer output;
    private final String peerAddress;
    private final String localAddress;

    private Session session;
    private ByteBuf pending;
    private boolean dirty;
    private boolean held;
    /** Whether input may wait that nobody has looked at since execution stopped. */
    private boolean stopped;

    private boolean suspended;
    private boolean closing;
    private boolean closed;

    /** Whether the kernel did not take all output: then the listener looks after this connection. */
    private boolean lagging;

    private long laggedBytes;
    private long overSoftSinceMs;
    private long countedUnread;
    private long countedMemory;

    ClientConnection(RespListener listener, Channel channel) {
        this.listener = listener;
        this.limits = listener.limits();
        this.channel = channel;
        this.decoder = new RespDecoder(listener.sharedArgs());
        this.output = new ReplyBuffer(
                channel.alloc(), channel, listener.traffic(), listener.release(), this::isReplica, this::mayGrowBy);
        this.peerAddress = Addresses.text(channel.remoteAddress(), channel.localAddress());
        this.localAddress = Addresses.text(channel.localAddress(), channel.localAddress());
    }

    private boolean isReplica() {
        return session != null && session.kind() == Session.Kind.REPLICA;
    }

    /** Whether there is output that has not been let leave. */
    boolean hasUnreleased() {
        return output.waiting() > 0 || !output.withheld().isEmpty();
    }

    /** How long output has waited that may not leave yet, in milliseconds. */
    long waitedMs(long nowMs) {
        return output.withheld().waitedMs(nowMs);
    }

    /** Drops the output that has not left, and ends the connection with this error in its place. */
    void giveUpWaiting(ErrorReply why) {
        output.close();
        listener.waits(this, false);
        byte[] line = ("-" + why + "\r\n").getBytes(StandardCharsets.UTF_8);
        channel.write(channel.alloc().directBuffer(line.length).writeBytes(line));
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        closing = true;
    }

    void session(Session newSession) {
        session = newSession;
        channel.config().setRecvByteBufAllocator(new ReadSizes(this::missingBytes));
    }

    Session session() {
        return session;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            received((ByteBuf) message);
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    private void received(ByteBuf bytes) {
        listener.traffic().received(bytes.readableBytes());
        if (closing) {
            bytes.release();
            return;
        }
        if (pending == null) {
            pending = bytes;
        } else {
            append(bytes);
            if (closed) {
                return;
            }
        }
        limits.sawInput(pending.capacity());
        if (limits.countsMemory()) {
            count(); // a command that makes this client too large is not run
            listener.wake();
        }
        execute();
        if (pending != null) {
            session.interacted(System.currentTimeMillis());
        }
        count();
    }

    /** Puts bytes behind those that wait, in memory that grows as they arrive and not as they are announced. */
    private void append(ByteBuf bytes) {
        int have = pending.readableBytes();
        int more = bytes.readableBytes();
        if (pending.writableBytes() < more) {
            long wanted = Math.min(decoder.wanted(), 2L * (have + more));
            ByteBuf larger = channel.alloc().directBuffer((int) Math.max(have + (long) more, wanted));
            larger.writeBytes(pending);
            pending.release();
            pending = larger;
        }
        pending.writeBytes(bytes);
        bytes.release();
        if (have + (long) more > limits.mostQueryBytes()) {
            listener.log()
                    .warning("Closing client that reached max query buffer length: " + text() + " (qbuf initial bytes: "
                            + firstBytes() + ")");
            closeNow();
        }
    }

    /** The first bytes that wait, as a quoted word. */
    private String firstBytes() {
        byte[] first = new byte[Math.min(pending.readableBytes(), SHOWN_QUERY_BYTES)];
        pending.getBytes(pending.readerIndex(), first);
        return Words.quote(new String(first, StandardCharsets.ISO_8859_1));
    }

    /** How many bytes may be read at once of an argument that was announced, or 0 if it is small or there is none. */
    private int missingBytes() {
        if (pending == null || suspended) {
            return 0;
        }
        long missing = decoder.wanted() - pending.readableBytes();
        return Math.clamp(missing, 0, LARGEST_PIECE);
    }

    private String text() {
        return ClientText.of(session, System.currentTimeMillis());
    }

    private void execute() {
        if (closed || pending == null) {
            return;
        }
        if (suspended) {
            stopped = true;
            hold(pending.readableBytes() >= MOST_UNRUN_BYTES);
            return;
        }
        listener.dispatcher().beginBatch();
        try {
            run();
        } catch (ProtocolException e) {
            listener.log()
                    .verbose("Protocol error (" + e.getMessage() + ") from client: id=" + session.id() + " addr="
                            + peerAddress);
            listener.dispatcher().stats().countError("ERR");
            listener.writer().to(output, session.protocol()).error(e.reply());
            outputChanged();
            session.closeAfterReplies();
        }
        if (!session.isLoggedIn() && outputBytes() > MOST_UNREAD_BEFORE_LOGIN) {
            listener.log()
                    .warning("Client closed for overcoming of output buffer limits before login: id=" + session.id()
                            + " addr=" + peerAddress);
            closeNow();
        }
        if (closed) {
            return;
        }
        if (isOverHardLimit(0)) {
            closeOverLimit("scheduled to be closed ASAP");
            return;
        }
        if (closing || pending != null && !pending.isReadable()) {
            dropPending();
        }
        boolean full = isFull();
        stopped = full || suspended;
        hold(full);
        noteStopped();
    }

    /** Has this client be looked at again once all together take no more memory than they may. */
    private void noteStopped() {
        if (stopped && limits.isOverMemory()) {
            listener.stoppedForMemory();
        }
    }

    /** Whether more replies would be too many for all clients together. */
    private boolean isFull() {
        return outputBytes() >= limits.allowedUnreadBytes() || limits.isOverMemory() && session.isEvictable();
    }

    /** Room was made: executes what has waited for it, at the end of this turn. */
    void wakeIfStopped() {
        if (stopped) {
            outputChanged();
        }
    }

    private void run() throws ProtocolException {
        CommandBatch batch = listener.batch();
        while (goesOn()) {
            ByteBuf bytes = pending;
            batch.read(decoder, bytes.memoryAddress() + bytes.readerIndex(), bytes.readableBytes(), session);
            if (batch.count() > 1) {
                listener.dispatcher().prefetch(session, batch.commands(), batch.count());
            }
            int ran = run(batch);
            if (closed) {
                return;
            }
            if (ran < batch.count()) {
                bytes.skipBytes(ran == 0 ? 0 : batch.end(ran - 1));
                decoder.restart();
                return;
            }
            bytes.skipBytes(batch.used());
            if (batch.problem() != null) {
                decoder.restart();
                if (goesOn()) {
                    throw batch.problem();
                }
            }
            if (batch.count() == 0) {
                return;
            }
        }
    }

    /** Runs the commands of a batch, and answers how many: those behind wait where something came between. */
    private int run(CommandBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            if (!goesOn()) {
                return i;
            }
            outputChanged();
            if (session.kind() == Session.Kind.REPLICA) {
                executeOfReplica(batch.commands()[i]);
                continue;
            }
            RespWriter writer = listener.writer().to(session.isMuted() ? session.output() : output, session.protocol());
            if (!listener.dispatcher().execute(session, batch.commands()[i], writer)) {
                return i;
            }
            if (limits.countsMemory()) {
                count();
            }
        }
        return batch.count();
    }

    /** What a replica says is not answered: a reply would stand in the middle of the stream. */
    private void executeOfReplica(Args command) {
        DiscardedOutput replies = session.nowhere();
        RespWriter writer = listener.writer().to(replies, session.protocol());
        long errors = writer.errors();
        listener.dispatcher().execute(session, command, writer);
        if (!replies.isUsed() || closed) {
            return;
        }
        Command ran = session.lastCommand();
        String name = ran == null ? "" : ran.fullName();
        listener.log().warning("Replica generated a reply to command '" + name + "', disconnecting it: " + text());
        if (writer.errors() > errors) {
            String error = "-" + writer.lastError();
            listener.log()
                    .warning("== CRITICAL == This master is sending an error to its replica: '"
                            + error.replaceFirst("^-ERR ", "") + "' after processing the command '" + name + "'");
        }
        closeNow();
    }

    private boolean goesOn() {
        return !closing && !suspended && !isFull();
    }

    private void dropPending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    /** Stops or resumes reading from the socket. */
    private void hold(boolean on) {
        if (held != on && !closed) {
            held = on;
            channel.config().setAutoRead(!on);
        }
    }

    void flush() {
        dirty = false;
        if (closed) {
            return;
        }
        if (isOverHardLimit(0)) {
            closeOverLimit("scheduled to be closed ASAP");
            return;
        }
        if (output.isHeldBack()) {
            output.handOverReleased();
            listener.waits(this, !output.withheld().isEmpty());
        } else if (!lagging || closing) {
            output.handOver();
        }
        countSent();
        channel.flush();
        if (closing && output.withheld().isEmpty()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (!lagging && unsentBytes() > 0) {
            lag();
        }
        count();
        goOn();
    }

    /** Executes what has waited, if it may. */
    private void goOn() {
        if (stopped && !suspended && !isFull()) {
            stopped = false;
            hold(false);
            execute();
        } else {
            noteStopped();
        }
    }

    private void countSent() {
        long bytes = output.takeHandedOver();
        if (session.kind() == Session.Kind.REPLICA) {
            listener.traffic().sentToReplica(bytes);
        } else {
            listener.traffic().sent(bytes);
        }
    }

    // Output that the kernel did not take, and its limits.

    /** Bytes handed to the channel and not yet taken. */
    private long unsentBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    /** From now until all that was handed over has been taken, replies are only gathered. */
    private void lag() {
        lagging = true;
        laggedBytes = Long.MAX_VALUE;
        listener.lagging().add(this);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            try {
                if (!closed) {
                    lagging = false;
                    overSoftSinceMs = 0;
                    listener.lagging().remove(this);
                    outputChanged();
                }
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        });
    }

    /** What is limited: as in Redis a first buffer of the usual size is not counted. */
    private long limitedBytes() {
        long bytes = unsentBytes() + output.withheld().bytes() + output.capacity();
        return bytes > ReplyBuffer.BUFFER_BYTES ? bytes : 0;
    }

    private boolean isOverHardLimit(long more) {
        if (output.isRefused()) {
            return true;
        }
        long hard = limits.of(session.clientClass()).hardBytes();
        return hard > 0 && limitedBytes() + more >= hard;
    }

    private boolean mayGrowBy(int bytes) {
        boolean hasRoom = limits.hasRoomFor(unsentBytes() + output.withheld().bytes() + bytes - countedUnread);
        if (!hasRoom || isOverHardLimit(bytes > ReplyBuffer.BUFFER_BYTES ? bytes : 0)) {
            outputChanged(); // whoever puts it, this connection is closed at the end of the turn
            return false;
        }
        return true;
    }

    private void closeOverLimit(String how) {
        listener.log().warning("Client " + text() + " " + how + " for overcoming of output buffer limits.");
        output.refuse();
        closeNow();
    }

    /** Looks after a connection whose output the kernel does not take, several times a second. */
    void lookAfter(long nowMs) {
        long unsent = unsentBytes();
        if (unsent < laggedBytes) {
            session.interacted(nowMs);
        }
        laggedBytes = unsent;
        long soft = limits.of(session.clientClass()).softBytes();
        if (soft == 0 || limitedBytes() < soft) {
            overSoftSinceMs = 0;
        } else if (overSoftSinceMs == 0) {
            overSoftSinceMs = nowMs;
        } else if (nowMs - overSoftSinceMs > limits.of(session.clientClass()).softSeconds() * 1000) {
            closeOverLimit("closed");
            return;
        }
        if (stopped) {
            goOn();
        }
        count();
    }

    /** Tells how much of memory this client takes now. */
    private void count() {
        if (closed) {
            return;
        }
        long unread = outputBytes();
        limits.unreadChanged(unread - countedUnread);
        countedUnread = unread;
        limits.sawOutput(unread);
        if (limits.countsMemory()) {
            countMemory();
        }
    }

    private void countMemory() {
        long memory = countableBytes();
        limits.memoryChanged(memory - countedMemory);
        countedMemory = memory;
    }

    /** What this client takes, in bytes; 0 for a replica, whose output is limited and counted elsewhere. */
    long countableBytes() {
        return session.clientClass() == ClientClass.REPLICA ? 0 : session.memoryBytes();
    }

    /** Counts this client's memory anew, after none was counted. */
    void countFirst() {
        countedMemory = 0;
        countMemory();
    }

    /** What this client takes now, where it may be closed for that; else 0. */
    long evictableBytes() {
        count();
        return session.isEvictable() ? countedMemory : 0;
    }

    /** Closes this client, since all clients take too much. */
    void evict() {
        limits.countEvicted();
        listener.log().notice("Evicting client: " + text());
        closeNow();
    }

    /** Closes this client if it has done nothing for so long, and nothing is expected of it. */
    void closeIfIdle(long nowMs, long mostMs) {
        boolean mayBeIdle = session.clientClass() == ClientClass.NORMAL && !session.isBlocked();
        if (mayBeIdle && nowMs - session.lastInteractionMs() > mostMs) {
            listener.log().verbose("Closing idle client");
            closeNow();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        if (channel.isWritable()) {
            if (held) {
                outputChanged();
            } else {
                listener.wake(); // a replica may take more of the stream
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            listener.log().verbose("Reading from client: " + cause.getMessage());
            closeNow();
        } else {
            Fatal.stop(cause);
        }
    }

    private void ended() {
        if (closed) {
            return;
        }
        closed = true;
        closing = true;
        listener.waits(this, false);
        output.close();
        dropPending();
        limits.unreadChanged(-countedUnread);
        if (limits.countsMemory()) {
            limits.memoryChanged(-countedMemory);
        }
        listener.closed(this);
    }

    @Override
    public String peerAddress() {
        return peerAddress;
    }

    @Override
    public String localAddress() {
        return localAddress;
    }

    @Override
    public int descriptor() {
        return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
    }

    @Override
    public OutputBuffer output() {
        return output;
    }

    @Override
    public void outputChanged() {
        if (!dirty && !closed) {
            dirty = true;
            listener.flushQueue().add(this);
        }
    }

    @Override
    public long queryBytes() {
        return pending == null ? 0 : pending.readableBytes() - decoder.understood();
    }

    @Override
    public long queryRoomBytes() {
        return pending == null ? 0 : pending.capacity() - pending.readableBytes();
    }

    @Override
    public long argumentBytes() {
        return pending == null ? 0 : decoder.wordBytes();
    }

    @Override
    public long outputBytes() {
        return output.waiting() + output.withheld().bytes() + unsentBytes();
    }

    @Override
    public long replyBytes() {
        return output.waiting();
    }

    @Override
    public long replyBufferBytes() {
        return output.capacity();
    }

    @Override
    public int outputBuffers() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.size();
    }

    @Override
    public boolean isReading() {
        return !held;
    }

    @Override
    public boolean isWriting() {
        return outputBuffers() > 0;
    }

    @Override
    public void suspend() {
        suspended = true;
    }

    @Override
    public void resume() {
        suspended = false;
        outputChanged();
    }

    @Override
    public void noDelay(boolean on) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, on); // which a unix socket does not know
    }

    @Override
    public void closeAfterOutput() {
        closing = true;
        outputChanged();
    }

    @Override
    public void closeNow() {
        if (!closed) {
            ended();
            channel.close();
        }
    }
}
