package io.vireo.voter;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A voter's file: {@link VoterMemory} as bytes, in the form of {@link SealedFile}. */
public final class VoterFile {
    /** The name of the file in the voter's directory. */
    public static final String NAME = "voter.state";

    static final String KIND = "VIREOVTR";
    static final int VERSION = 1;

    private VoterFile() {}

    /** Gives the content of the file. */
    public static byte[] bytes(VoterMemory memory) {
        return SealedFile.seal(KIND, VERSION, out -> {
            out.writeLong(memory.birth());
            out.writeBoolean(memory.reborn());
            out.writeInt(memory.founders().size());
            for (long founder : memory.founders()) {
                out.writeLong(founder);
            }
            out.writeBoolean(memory.votes().isPresent());
            if (memory.votes().isPresent()) {
                write(memory.votes().get(), out);
            }
        });
    }

    /**
     * Reads the content of the file.
     *
     * @throws IOException if it is damaged, which is as if there were none; or of another version, with which nobody may
     *     start
     */
    public static VoterMemory read(byte[] file) throws IOException {
        try (DataInputStream in = SealedFile.open(KIND, VERSION, file)) {
            long birth = in.readLong();
            boolean reborn = in.readBoolean();
            Set<Long> founders = new TreeSet<>();
            for (int left = in.readInt(); left > 0; left--) {
                founders.add(in.readLong());
            }
            Optional<Votes> votes = in.readBoolean() ? Optional.of(readVotes(in)) : Optional.empty();
            return new VoterMemory(birth, votes, founders, reborn);
        }
    }

    /**
     * Loads the file; empty if there is none, or if it is damaged.
     *
     * @param damaged told what is wrong
     * @throws IOException if it cannot be read, or is of another version
     */
    public static Optional<VoterMemory> load(DurableFile file, Consumer<String> damaged) throws IOException {
        return SealedFile.load(file, VoterFile::read, damaged);
    }

    private static void write(Votes votes, DataOutputStream out) throws IOException {
        out.writeLong(votes.promised().number());
        out.writeLong(votes.nonce());
        out.writeBoolean(votes.record().isPresent());
        if (votes.record().isPresent()) {
            write(votes.record().get(), out);
        }
    }

    private static void write(GroupRecord record, DataOutputStream out) throws IOException {
        out.writeLong(record.epoch().number());
        out.writeLong(record.seq());
        out.writeUTF(record.primary().text());
        out.writeUTF(record.mode().name());
        out.writeInt(record.inSync().size());
        for (Incarnation member : record.inSync()) {
            out.writeUTF(member.node().text());
            out.writeLong(member.token());
        }
    }

    private static Votes readVotes(DataInputStream in) throws IOException {
        Epoch promised = new Epoch(in.readLong());
        long nonce = in.readLong();
        return new Votes(promised, nonce, in.readBoolean() ? Optional.of(readRecord(in)) : Optional.empty());
    }

    private static GroupRecord readRecord(DataInputStream in) throws IOException {
        Epoch epoch = new Epoch(in.readLong());
        long seq = in.readLong();
        NodeId primary = new NodeId(in.readUTF());
        ConsistencyMode mode = ConsistencyMode.valueOf(in.readUTF());
        Set<Incarnation> members = new TreeSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            members.add(new Incarnation(new NodeId(in.readUTF()), in.readLong()));
        }
        return new GroupRecord(epoch, seq, primary, members, mode);
    }
}
