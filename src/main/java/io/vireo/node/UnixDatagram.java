package io.vireo.node;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Sends a message to a unix datagram socket, which the JDK has no class for: {@code /dev/log} and systemd's.
 *
 * <p>Linux only. A message that the receiver has no room for is lost: nobody waits for it.
 */
final class UnixDatagram {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
    private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    private static final int FAMILY_BYTES = 2;
    private static final int LONGEST_PATH = 107;

    private static final boolean IS_LINUX =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");

    private UnixDatagram() {}

    /**
     * Sends one message.
     *
     * @param path of the socket; one that begins with {@code @} is an abstract name
     * @throws IOException if it could not be sent
     */
    static void send(String path, byte[] message) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (!IS_LINUX || name.length == 0 || name.length > LONGEST_PATH) {
            throw new IOException("no such unix socket: " + path);
        }
        boolean isAbstract = name[0] == '@';
        if (isAbstract) {
            name[0] = 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            int addressLength = FAMILY_BYTES + name.length + (isAbstract ? 0 : 1);
            MemorySegment address = arena.allocate(FAMILY_BYTES + LONGEST_PATH + 1);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, FAMILY_BYTES, name.length);
            MemorySegment bytes = arena.allocate(Math.max(1, message.length));
            MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
            int socket = (int) Calls.SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            if (socket < 0) {
                throw new IOException("no socket");
            }
            try {
                long sent = (long) Calls.SENDTO.invokeExact(
                        socket, bytes, (long) message.length, MSG_DONTWAIT_NOSIGNAL, address, addressLength);
                if (sent != message.length) {
                    throw new IOException("nobody takes messages at " + path);
                }
            } finally {
                int closed = (int) Calls.CLOSE.invokeExact(socket);
                assert closed == 0;
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // a method handle may throw anything; these throw nothing
            throw new IllegalStateException(e);
        }
    }

    /** Bound when the first message is sent. */
    private static final class Calls {
        static final MethodHandle SOCKET = call(
                "socket",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        static final MethodHandle SENDTO = call(
                "sendto",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));

        static final MethodHandle CLOSE =
                call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        private static MethodHandle call(String name, FunctionDescriptor shape) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), shape);
        }
    }
}
