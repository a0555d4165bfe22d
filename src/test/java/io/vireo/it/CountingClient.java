package io.vireo.it;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that writes one value after the other, each under a key of its own, and remembers what was acknowledged, when
 * and by whom. It has one connection, and gives an answer up after 300 ms. A following client then goes on at the next
 * node, as it does when a write is refused; a sticky one stays. No write is sent twice.
 */
final class CountingClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 300;
    private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    private final String prefix = "client:" + CLIENTS.incrementAndGet() + ":";
    private final List<ServerProcess> nodes;
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();
    private final Thread thread;
    private volatile boolean runs = true;
    private long count;
    private int at;

    /** A write that a node has refused. */
    record Refused(ServerProcess node, String text, long endNs) {}

    private CountingClient(List<ServerProcess> nodes) {
        this.nodes = nodes;
        this.thread = Thread.ofPlatform().name(prefix).start(this::run);
    }

    /** Writes to whichever of the nodes takes it, until it is closed. */
    static CountingClient following(ReplicaSet set) {
        return following(set.nodes());
    }

    /** Writes to whichever of some nodes takes it, until it is closed. */
    static CountingClient following(List<ServerProcess> nodes) {
        return new CountingClient(nodes);
    }

    /** Writes to one node, or tries to, until it is closed. */
    static CountingClient sticky(ServerProcess node) {
        return new CountingClient(List.of(node));
    }

    private void run() {
        while (runs) {
            ServerProcess node = nodes.get(at);
            try (RespClient client = new RespClient(node.place().host(), node.port(), TIMEOUT_MS)) {
                writeTo(node, client);
            } catch (UncheckedIOException e) {
                // Refused, closed or silent: whether the last write was done is not known.
            }
            at = (at + 1) % nodes.size();
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    private void writeTo(ServerProcess node, RespClient client) {
        while (runs) {
            count++;
            String key = prefix + count;
            long beginNs = System.nanoTime();
            Reply reply = client.ask("SET", key, "" + count);
            long endNs = System.nanoTime();
            synchronized (this) {
                if (!reply.isError()) {
                    acknowledged.add(new Acknowledged(node, key, beginNs, endNs));
                } else {
                    refused.add(new Refused(node, reply.text(), endNs));
                }
            }
            if (reply.isError() && nodes.size() > 1) {
                return;
            }
            LockSupport.parkNanos(reply.isError() ? RETRY_NS : PACE_NS);
        }
    }

    /** What was acknowledged so far, in order. */
    synchronized List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** What was refused so far, in order. */
    synchronized List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** Waits until a write is acknowledged that is sent from now on; gives who took it. */
    ServerProcess awaitWrite() {
        return awaitWriteAfter(System.nanoTime());
    }

    /** Waits until a write is acknowledged that was sent after a moment of the monotonic clock; gives who took it. */
    ServerProcess awaitWriteAfter(long momentNs) {
        Await.until(() -> lastAfter(momentNs) != null, "a write to be acknowledged");
        return lastAfter(momentNs).node();
    }

    private synchronized Acknowledged lastAfter(long momentNs) {
        Acknowledged last = acknowledged.isEmpty() ? null : acknowledged.getLast();
        return last != null && last.beginNs() > momentNs ? last : null;
    }

    /** Waits until a node has acknowledged a write that is sent from now on. */
    void awaitWriteBy(ServerProcess node) {
        long nowNs = System.nanoTime();
        Await.until(
                () -> {
                    Acknowledged last = lastAfter(nowNs);
                    return last != null && last.node() == node;
                },
                "a write to be acknowledged by " + node);
    }

    /** Writes no more; gives all that was acknowledged. */
    List<Acknowledged> end() {
        runs = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return acknowledged();
    }

    @Override
    public void close() {
        end();
    }
}
