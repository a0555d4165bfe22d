package io.vireo.sim;

import io.vireo.replication.PrimaryConnection;
import io.vireo.replication.Target;

/** A replica's connection to its primary. */
final class SimPrimary implements PrimaryConnection {
    private final SimNode node;
    private SimWire wire;

    SimPrimary(SimNode node) {
        this.node = node;
    }

    @Override
    public void open(Target primary, Listener listener) {
        SimWire attempt = node.world.connect(node, primary.port());
        SimClock clock = node.clock();
        if (attempt == null) {
            wire = null;
            clock.after(1 + clock.upTo(20), () -> {
                listener.lost("Connection refused");
                node.settle();
            });
            return;
        }
        wire = attempt;
        attempt.client.listen(new SimWire.Ear() {
            @Override
            public void received(long address, int length) {
                listener.received(address, length);
                node.settle();
            }

            @Override
            public void lost() {
                listener.lost("Connection reset by peer");
                node.settle();
            }
        });
        clock.after(1 + clock.upTo(20), () -> {
            if (attempt.isOpen() && node.isAlive()) {
                listener.connected();
                node.settle();
            }
        });
    }

    @Override
    public void send(byte[] bytes) {
        if (wire != null) {
            wire.client.send(bytes);
        }
    }

    @Override
    public void pause() {
        if (wire != null) {
            wire.client.pause();
        }
    }

    @Override
    public void resume() {
        if (wire != null) {
            wire.client.resume();
        }
    }

    @Override
    public void drop() {
        if (wire != null) {
            wire.cut();
        }
    }

    @Override
    public String peerAddress() {
        return "";
    }

    @Override
    public String localAddress() {
        return node.name;
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public void close() {
        if (wire != null) {
            wire.client.close();
            wire = null;
        }
    }
}
