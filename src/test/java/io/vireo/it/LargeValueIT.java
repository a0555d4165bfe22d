package io.vireo.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A value nearly as large as the server's heap goes wherever values go, and none of it through the heap. */
@Tag("alone")
class LargeValueIT {
    private static final int BYTES = 400 << 20;

    @RegisterExtension
    private final Servers servers = new Servers();

    @Test
    void aValueAsLargeAsTheHeapIsSetQueuedSeenDumpedAndRestored() throws IOException {
        ServerProcess server = servers.start(Program.VIREO, "--save", "");
        byte[] piece = new byte[1 << 20];
        new Random(1).nextBytes(piece);
        try (RespClient monitor = server.client();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            assertEquals("+OK\r\n", monitor.run("MONITOR"));
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 20));
            send(out, "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$" + BYTES + "\r\n");
            for (int i = 0; i < BYTES; i += piece.length) {
                out.write(piece);
            }
            send(out, "\r\n*1\r\n$4\r\nEXEC\r\n");
            assertEquals("+OK +QUEUED *1 +OK", line(in) + " " + line(in) + " " + line(in) + " " + line(in));
            assertTrue(monitor.read().text().contains("MULTI"));
            assertTrue(monitor.read().text().contains(" more bytes)"), "what is shown of it is short");

            send(out, "*2\r\n$4\r\nDUMP\r\n$5\r\nlarge\r\n");
            byte[] dump = new byte[Integer.parseInt(line(in).substring(1))];
            in.readFully(dump);
            assertEquals("", line(in));
            send(out, "*4\r\n$7\r\nRESTORE\r\n$4\r\ncopy\r\n$1\r\n0\r\n$" + dump.length + "\r\n");
            out.write(dump);
            send(out, "\r\n");
            assertEquals("+OK", line(in));
        }
        assertEquals(":" + BYTES + "\r\n", server.run("STRLEN copy"));
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(US_ASCII));
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.readByte(); b != '\n'; b = in.readByte()) {
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }
}
