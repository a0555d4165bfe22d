package io.vireo.net;

import io.netty.buffer.ByteBuf;
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
import io.vireo.command.Connection;
import io.vireo.command.Session;
import io.vireo.resp.OutputBuffer;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;
import io.vireo.resp.RespWriter;

/**
 * One client's socket: cuts its bytes into commands where they lie, runs them, and collects the replies.
 *
 * <p>Bytes that arrive are parsed in the buffer they were read into; only a command that is not yet complete makes this
 * connection keep a buffer. It stops executing while more output waits than the high-water mark, and then reads nothing
 * either, so that a client which does not read its replies is held back by its own socket.
 */
@RunsOn(Loop.KEYSPACE)
final class ClientConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final long HIGH_WATER_BYTES = 1 << 20;
    /** While a client waits, what it sends is read up to here, so that its end is noticed. */
    private static final int MOST_UNRUN_BYTES = 1 << 20;

    private static final long MOST_UNREAD_BEFORE_LOGIN = 1024;

    private final RespListener listener;
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

    ClientConnection(RespListener listener, Channel channel) {
        this.listener = listener;
        this.channel = channel;
        this.decoder = new RespDecoder(listener.sharedArgs());
        this.output = new ReplyBuffer(channel.alloc(), channel, listener.traffic());
        this.peerAddress = Addresses.text(channel.remoteAddress(), channel.localAddress());
        this.localAddress = Addresses.text(channel.localAddress(), channel.localAddress());
    }

    void session(Session newSession) {
        session = newSession;
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
        }
        execute();
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
        if (have + (long) more > listener.maxQueryBytes()) {
            listener.log()
                    .warning("Closing client that reached max query buffer length: id=" + session.id() + " addr="
                            + peerAddress);
            closeNow();
        }
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
        if (closing || closed) {
            dropPending();
        } else if (pending != null && !pending.isReadable()) {
            dropPending();
        }
        boolean full = outputBytes() >= HIGH_WATER_BYTES;
        stopped = full || suspended;
        hold(full);
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
            RespWriter writer = listener.writer().to(session.isMuted() ? session.output() : output, session.protocol());
            if (!listener.dispatcher().execute(session, batch.commands()[i], writer)) {
                return i;
            }
        }
        return batch.count();
    }

    private boolean goesOn() {
        return !closing && !suspended && outputBytes() < HIGH_WATER_BYTES;
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
        output.handOver();
        countSent();
        channel.flush();
        if (closing) {
            channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else if (stopped && !suspended && outputBytes() < HIGH_WATER_BYTES) {
            stopped = false;
            hold(false);
            execute();
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
        output.close();
        dropPending();
        listener.closed(session);
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
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return output.waiting() + (waiting == null ? 0 : waiting.totalPendingWriteBytes());
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
