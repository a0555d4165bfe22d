package io.vireo.voter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The form of the small files of this package: what it is, in which version, and whether it is whole.
 *
 * <pre>
 *   8 bytes   the kind of file, in ASCII
 *   4 bytes   the version, big-endian
 *   4 bytes   the length of the content
 *   n bytes   the content, as {@link DataOutputStream} writes
 *   4 bytes   CRC-32C of all bytes before it
 * </pre>
 */
final class SealedFile {
    private static final int HEAD = 16;
    private static final int SEAL = 4;

    private SealedFile() {}

    /** The file is not what it was when it was written: nothing in it can be trusted. */
    static final class Damaged extends IOException {
        private static final long serialVersionUID = 1;

        Damaged(String what) {
            super(what);
        }
    }

    /** The file may be in order, but is of a version that this program does not know. */
    static final class UnknownVersion extends IOException {
        private static final long serialVersionUID = 1;

        UnknownVersion(String kind, int version, int known) {
            super("The file is a " + kind + " of version " + version + "; this program knows version " + known
                    + " and must not guess what another one means");
        }
    }

    /** Writes a content, to memory: it fails only where it is wrong itself. */
    interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] seal(String kind, int version, Content content) {
        try {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            content.write(new DataOutputStream(body));
            ByteBuffer file = ByteBuffer.allocate(HEAD + body.size() + SEAL);
            file.put(kind.getBytes(StandardCharsets.US_ASCII)).putInt(version).putInt(body.size());
            file.put(body.toByteArray());
            file.putInt(checksum(file.array(), file.position()));
            return file.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Gives the content.
     *
     * @throws UnknownVersion if the kind is right and the version is not
     * @throws Damaged if anything else is wrong
     */
    static DataInputStream open(String kind, int version, byte[] file) throws IOException {
        byte[] begin = kind.getBytes(StandardCharsets.US_ASCII);
        if (file.length < HEAD + SEAL || !Arrays.equals(file, 0, begin.length, begin, 0, begin.length)) {
            throw new Damaged("It is no " + kind);
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int end = file.length - SEAL;
        if (bytes.getInt(end) != checksum(file, end)) {
            throw new Damaged("The checksum is wrong");
        }
        int its = bytes.getInt(begin.length);
        if (its != version) {
            throw new UnknownVersion(kind, its, version);
        }
        if (bytes.getInt(begin.length + Integer.BYTES) != end - HEAD) {
            throw new Damaged("The length is wrong");
        }
        return new DataInputStream(new ByteArrayInputStream(file, HEAD, end - HEAD));
    }

    private static int checksum(byte[] bytes, int end) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, end);
        return (int) sum.getValue();
    }

    /** Makes what a file tells of its bytes. */
    interface Reading<M> {
        M read(byte[] content) throws IOException;
    }

    /** Loads a file; empty if there is none, or if it is damaged, which is as if there were none. */
    static <M> Optional<M> load(DurableFile file, Reading<M> reading, Consumer<String> damaged) throws IOException {
        Optional<byte[]> content = file.read();
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reading.read(content.get()));
        } catch (Damaged e) {
            damaged.accept(e.getMessage());
            return Optional.empty();
        }
    }
}
