package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.InfoText;
import io.vireo.net.Traffic;
import java.util.List;

/** Bytes in and out of a node, those of clients and those of replication, and how fast they go. */
@RunsOn(Loop.KEYSPACE)
final class NodeTraffic {
    private final Traffic clients;
    private final Traffic primary;
    private final Rate input;
    private final Rate output;
    private final Rate replicationInput;
    private final Rate replicationOutput;

    /**
     * @param clients of the listener, whose connections replicas have too
     * @param primary of the link to the primary
     */
    NodeTraffic(Traffic clients, Traffic primary) {
        this.clients = clients;
        this.primary = primary;
        this.input = new Rate(clients::receivedBytes);
        this.output = new Rate(() -> sentBytes() - clients.sentToReplicasBytes());
        this.replicationInput = new Rate(primary::receivedBytes);
        this.replicationOutput = new Rate(clients::sentToReplicasBytes);
    }

    private long sentBytes() {
        return clients.sentBytes() + primary.sentBytes();
    }

    /** To be called ten times a second. */
    void sample(long nowMs) {
        rates().forEach(rate -> rate.sample(nowMs));
    }

    private List<Rate> rates() {
        return List.of(input, output, replicationInput, replicationOutput);
    }

    void reset() {
        clients.reset();
        primary.reset();
        rates().forEach(Rate::reset);
    }

    void writeBytes(InfoText out) {
        out.field("total_net_input_bytes", clients.receivedBytes() + primary.receivedBytes())
                .field("total_net_output_bytes", sentBytes())
                .field("total_net_repl_input_bytes", primary.receivedBytes())
                .field("total_net_repl_output_bytes", clients.sentToReplicasBytes())
                .field("instantaneous_input_kbps", input.kilobytes(), 2)
                .field("instantaneous_output_kbps", output.kilobytes(), 2)
                .field("instantaneous_input_repl_kbps", replicationInput.kilobytes(), 2)
                .field("instantaneous_output_repl_kbps", replicationOutput.kilobytes(), 2);
    }

    /** Reads and writes; no other thread takes part in them. */
    void writeCalls(InfoText out) {
        out.field("total_reads_processed", clients.reads() + primary.reads())
                .field("total_writes_processed", clients.writes() + primary.writes())
                .field("io_threaded_reads_processed", 0)
                .field("io_threaded_writes_processed", 0)
                .field("reply_buffer_shrinks", 0)
                .field("reply_buffer_expands", clients.growths());
    }
}
