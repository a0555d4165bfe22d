package io.vireo.sim;

import io.vireo.base.RawMemory;
import io.vireo.replication.Feed;
import io.vireo.replication.Replica;
import io.vireo.replication.ReplicaConnection;
import io.vireo.replication.Replication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The primary's end of a connection: reads what a replica says, and answers. */
final class SimServer implements SimWire.Ear, ReplicaConnection {
    private final SimNode node;
    private final SimWire.End end;
    private final StringBuilder input = new StringBuilder();
    private String port = "-1";
    private boolean eof;
    private boolean psync2;
    private boolean vireo;
    private Feed feed;

    SimServer(SimNode node, SimWire.End end) {
        this.node = node;
        this.end = end;
        end.listen(this);
        end.onRoom(() -> {
            if (feed != null) {
                feed.pump();
            }
        });
    }

    @Override
    public void received(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copyOut(address, bytes, 0, length);
        input.append(new String(bytes, StandardCharsets.ISO_8859_1));
        for (List<String> words = nextCommand(); words != null && node.isAlive(); words = nextCommand()) {
            run(words);
        }
        node.settle();
    }

    @Override
    public void lost() {
        if (feed != null) {
            feed.lost();
        }
        node.settle();
    }

    private List<String> nextCommand() {
        if (!input.isEmpty() && input.charAt(0) == '\n') {
            input.deleteCharAt(0);
            return List.of();
        }
        List<String> words = new ArrayList<>();
        int at = input.indexOf("\r\n");
        if (at < 0) {
            return null;
        }
        int count = Integer.parseInt(input.substring(1, at));
        at += 2;
        for (int i = 0; i < count; i++) {
            int lineEnd = input.indexOf("\r\n", at);
            if (lineEnd < 0) {
                return null;
            }
            int length = Integer.parseInt(input.substring(at + 1, lineEnd));
            int wordEnd = lineEnd + 2 + length;
            if (wordEnd + 2 > input.length()) {
                return null;
            }
            words.add(input.substring(lineEnd + 2, wordEnd));
            at = wordEnd + 2;
        }
        input.delete(0, at);
        return words;
    }

    private void run(List<String> words) {
        if (words.isEmpty()) {
            if (feed != null) {
                feed.heard();
            }
            return;
        }
        switch (words.getFirst()) {
            case "PING" -> answer(node.isLoading() ? "-LOADING" : "+PONG");
            case "REPLCONF" -> replconf(words);
            case "PSYNC" -> {
                if (node.isLoading()) {
                    answer("-LOADING");
                } else if (words.size() > 3 && !tookOver(words.get(1))) {
                    answer("-ERR PSYNC FAILOVER can't be sent to a master.");
                } else if (node.replication.isFailingOver()) {
                    answer("-NOMASTERLINK Can't SYNC while failing over");
                } else if (!node.replication.canServe()) {
                    answer("-NOMASTERLINK Can't SYNC while not connected with my master");
                } else {
                    String id = node.world.heardAs(words.get(1), node.log.history());
                    long offset = Long.parseLong(words.get(2)) + node.world.offsetError();
                    node.replication.psync(replica(), this, id, offset);
                }
            }
            default -> answer("-ERR unknown command");
        }
    }

    private boolean tookOver(String id) {
        return node.replication.takeOver(id) == Replication.TakeOver.DONE;
    }

    private void replconf(List<String> words) {
        if (words.get(1).equals("vireo-stamp")) {
            if (node.replication.isPrimary() && feed != null) {
                feed.stamp(Long.parseLong(words.get(2)));
            }
            return;
        }
        if (words.get(1).equals("ACK")) {
            if (feed != null) {
                feed.acked(Long.parseLong(words.get(2)));
            }
            return;
        }
        if (words.get(1).equals("listening-port")) {
            port = words.get(2);
        }
        eof |= words.contains("eof");
        psync2 |= words.contains("psync2");
        vireo |= words.contains("vireo");
        answer(words.contains("vireo") && node.world.areVireos() ? "+OK vireo" : "+OK");
    }

    private Replica replica() {
        return new Replica("sim", Integer.parseInt(port), eof, psync2, vireo, true, true);
    }

    private void answer(String line) {
        end.send(SimNode.bytes(line + "\r\n"));
    }

    void sendCut(byte[] piece) {
        end.send(piece);
        if (feed != null) {
            feed.progressed();
        }
    }

    @Override
    public void serves(Feed newFeed) {
        feed = newFeed;
    }

    @Override
    public void send(byte[] bytes) {
        end.send(bytes);
    }

    @Override
    public void send(byte[] bytes, int length) {
        send(Arrays.copyOf(bytes, length));
    }

    @Override
    public void send(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copyOut(address, bytes, 0, length);
        if (!node.world.losesBytesNow()) {
            end.send(bytes);
        }
    }

    @Override
    public boolean isWritable() {
        return end.isWritable();
    }

    @Override
    public long pendingBytes() {
        return end.pendingBytes();
    }

    @Override
    public void joinCut() {
        node.cuts.join(this);
    }

    @Override
    public void sendWithoutKeys(boolean withFunctions) {
        throw new IllegalStateException("replicas here want data");
    }

    @Override
    public void sendFile() {
        byte[] file = node.cuts.file();
        end.send(SimNode.bytes("$" + file.length + "\r\n"));
        end.send(file);
        node.clock().after(1 + node.clock().upTo(100), () -> {
            if (node.isAlive() && feed != null) {
                feed.fileSent();
                node.settle();
            }
        });
    }

    @Override
    public void close() {
        end.close();
    }

    @Override
    public String describe() {
        return "addr=node" + port;
    }
}
