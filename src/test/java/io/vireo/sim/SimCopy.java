package io.vireo.sim;

import io.vireo.base.RawMemory;
import io.vireo.replication.IncomingCopy;
import io.vireo.replication.PayloadShape;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Takes a primary's full copy, checks and loads it, each after a while, and sometimes without luck. */
final class SimCopy implements IncomingCopy {
    private final SimNode node;
    private ByteArrayOutputStream taken;
    private Listener listener;
    private SimData.Loaded checked;

    SimCopy(SimNode node) {
        this.node = node;
    }

    @Override
    public void begin(PayloadShape shape, boolean sameHistory, Listener newListener) {
        taken = new ByteArrayOutputStream();
        listener = newListener;
    }

    @Override
    public void accept(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copyOut(address, bytes, 0, length);
        taken.writeBytes(bytes);
        if (node.clock().once(10)) {
            Listener told = listener;
            told.congested(true);
            later(() -> told.congested(false));
        }
    }

    @Override
    public void end(int trailingBytes) {
        byte[] bytes = taken.toByteArray();
        checked = SimData.load(Arrays.copyOf(bytes, bytes.length - trailingBytes));
        boolean diskFull = node.world.failsNow();
        Listener told = listener;
        later(() -> {
            if (checked == null || diskFull) {
                told.unusable("wrong checksum, or no room");
            } else {
                told.complete(false);
            }
        });
    }

    @Override
    public void load() {
        node.loading(true);
        SimData.Loaded loaded = checked;
        boolean fails = node.world.failsNow();
        Listener told = listener;
        later(() -> {
            if (told != listener) {
                return;
            }
            node.loading(false);
            if (fails) {
                node.data(new SimData());
                told.loadFailed("disk on fire");
            } else {
                node.data(loaded.data());
                told.loaded(loaded.database());
            }
        });
    }

    @Override
    public void abandon() {
        if (node.isLoading()) {
            node.data(new SimData());
            node.loading(false);
        }
        listener = null;
        taken = null;
        checked = null;
    }

    private void later(Runnable work) {
        node.clock().after(1 + node.clock().upTo(200), () -> {
            if (node.isAlive()) {
                work.run();
                node.settle();
            }
        });
    }
}
