package io.vireo.sim;

import io.vireo.base.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection between two nodes: two streams of bytes with delays. It may fall silent, as when a cable is pulled, and it
 * may be cut: then what has not arrived yet is lost, from some byte on.
 */
final class SimWire {
    /** What one end hears. */
    interface Ear {
        /** Bytes have come, valid during the call. */
        void received(long address, int length);

        void lost();
    }

    private static final int LONGEST_DELAY_MS = 40;
    private static final int WINDOW_BYTES = 4_096;

    private final SimClock clock;
    final End client = new End();
    final End server = new End();
    private boolean silent;
    private boolean cut;

    SimWire(SimClock clock) {
        this.clock = clock;
        client.peer = server;
        server.peer = client;
    }

    /** Nothing arrives any more, and nobody is told. */
    void fallSilent() {
        silent = true;
    }

    /** Both ends are told, each at its own time; what was on the way arrives up to some point. */
    void cut() {
        if (!cut) {
            cut = true;
            client.end();
            server.end();
        }
    }

    boolean isOpen() {
        return !cut;
    }

    /** One end. */
    final class End {
        private End peer;
        private Ear ear;
        private long lastArrivalMs;
        private int onTheWay;
        private int arriving;
        private int lostFrom = Integer.MAX_VALUE;
        private boolean closed;
        private boolean paused;
        private final List<byte[]> held = new ArrayList<>();
        private Runnable onRoom = () -> {};

        void listen(Ear newEar) {
            ear = newEar;
        }

        void onRoom(Runnable newOnRoom) {
            onRoom = newOnRoom;
        }

        boolean isWritable() {
            return onTheWay < WINDOW_BYTES;
        }

        int pendingBytes() {
            return onTheWay;
        }

        void send(byte[] bytes) {
            if (cut || closed) {
                return;
            }
            onTheWay += bytes.length;
            int number = arriving++;
            lastArrivalMs = Math.max(lastArrivalMs, clock.nowMs() + clock.upTo(LONGEST_DELAY_MS));
            clock.at(lastArrivalMs, () -> {
                onTheWay -= bytes.length;
                if (silent || number >= lostFrom) {
                    return;
                }
                peer.arrive(bytes);
                onRoom.run();
            });
        }

        /** Closes in order: the other end hears everything that was sent. */
        void close() {
            if (closed) {
                return;
            }
            closed = true;
            ear = null;
            long atMs = Math.max(lastArrivalMs, clock.nowMs()) + 1;
            clock.at(atMs, () -> {
                if (!silent) {
                    peer.hearLost();
                }
                cut = true;
            });
        }

        void pause() {
            paused = true;
        }

        void resume() {
            paused = false;
            List<byte[]> waiting = List.copyOf(held);
            held.clear();
            for (byte[] bytes : waiting) {
                arrive(bytes);
            }
        }

        private void arrive(byte[] bytes) {
            if (paused) {
                held.add(bytes);
            } else if (ear != null && !closed) {
                for (int from = 0; from < bytes.length; ) {
                    int part = clock.once(3) ? 1 + clock.random().nextInt(bytes.length - from) : bytes.length - from;
                    Bytes piece = Bytes.copyOf(java.util.Arrays.copyOfRange(bytes, from, from + part));
                    from += part;
                    if (ear != null) {
                        ear.received(piece.address(), piece.length());
                    }
                }
            }
        }

        private void end() {
            lostFrom = arriving - clock.upTo(Math.min(arriving, 6));
            clock.after(clock.upTo(LONGEST_DELAY_MS), this::hearLost);
        }

        private void hearLost() {
            if (ear != null && !closed) {
                Ear heard = ear;
                ear = null;
                held.clear();
                heard.lost();
            }
        }
    }
}
