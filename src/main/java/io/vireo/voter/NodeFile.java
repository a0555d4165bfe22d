package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** A data node's file: {@link NodeMemory} as bytes, in the form of {@link SealedFile}. */
public final class NodeFile {
    /** The name of the file in the data directory. */
    public static final String NAME = "node.state";

    static final String KIND = "VIREONOD";
    static final int VERSION = 1;

    private NodeFile() {}

    /** Gives the content of the file. */
    public static byte[] bytes(NodeMemory memory) {
        return SealedFile.seal(KIND, VERSION, out -> {
            out.writeUTF(memory.node().text());
            out.writeLong(memory.token());
            out.writeLong(memory.epoch().number());
            out.writeBoolean(memory.clean());
        });
    }

    /**
     * Reads the content of the file.
     *
     * @throws IOException if it is damaged, which is as if there were none; or of another version, with which nobody may
     *     start
     */
    public static NodeMemory read(byte[] file) throws IOException {
        try (DataInputStream in = SealedFile.open(KIND, VERSION, file)) {
            return new NodeMemory(new NodeId(in.readUTF()), in.readLong(), new Epoch(in.readLong()), in.readBoolean());
        }
    }

    /**
     * Loads the file; empty if there is none, or if it is damaged.
     *
     * @param damaged told what is wrong
     * @throws IOException if it cannot be read, or is of another version
     */
    public static Optional<NodeMemory> load(DurableFile file, Consumer<String> damaged) throws IOException {
        return SealedFile.load(file, NodeFile::read, damaged);
    }
}
