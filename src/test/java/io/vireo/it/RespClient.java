package io.vireo.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A blocking client of RESP2 and RESP3 that shares no code with the server. Strings are bytes, one Latin-1 character
 * each. What a socket does wrong is an {@link UncheckedIOException}; a reply that is no RESP is an
 * {@link AssertionError}.
 */
final class RespClient implements Closeable {
    private static final int TIMEOUT_MS = 60_000;

    private final Socket socket;
    private final InputStream in;

    RespClient(int port) {
        this("127.0.0.1", port);
    }

    RespClient(String host, int port) {
        this(host, port, TIMEOUT_MS);
    }

    /** @param timeoutMs how long connecting, and each read, may take */
    RespClient(String host, int port, int timeoutMs) {
        socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), timeoutMs);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMs);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one command and reads its reply. */
    Reply ask(String... words) {
        send(command(words));
        return read();
    }

    /** Sends the words of a line, parted by single blanks, and gives the reply's bytes. */
    String run(String line) {
        return ask(line.split(" ", -1)).wire();
    }

    /** Sends all commands at once, then reads a reply to each. */
    List<Reply> pipeline(List<String[]> commands) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String[] words : commands) {
            all.writeBytes(command(words));
        }
        send(all.toByteArray());
        List<Reply> replies = new ArrayList<>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            replies.add(read());
        }
        return replies;
    }

    /** The fields of INFO's sections; all default ones when none is named. */
    Map<String, String> info(String... sections) {
        String[] words = new String[sections.length + 1];
        words[0] = "INFO";
        System.arraycopy(sections, 0, words, 1, sections.length);
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : ask(words).text().lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != '#') {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    /** A command as an array of bulk strings. */
    static byte[] command(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + words.length + "\r\n").getBytes(ISO_8859_1));
        for (String word : words) {
            byte[] bytes = word.getBytes(ISO_8859_1);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(ISO_8859_1));
            out.writeBytes(bytes);
            out.write('\r');
            out.write('\n');
        }
        return out.toByteArray();
    }

    void send(String bytes) {
        send(bytes.getBytes(ISO_8859_1));
    }

    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one reply, and nothing beyond it. */
    Reply read() {
        try {
            return reply(new StringBuilder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads so many bytes. */
    String readBytes(int count) {
        try {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new EOFException("closed after " + bytes.length + " of " + count + " bytes");
            }
            return new String(bytes, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the server closes; a reset counts as closing. */
    String readToEnd() {
        return readToEndOr("no such bytes will come: \u0000");
    }

    /** Reads until the server closes, or has sent these bytes; a reset counts as closing. */
    String readToEndOr(String mark) {
        StringBuilder all = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                all.append((char) c);
                if (c == mark.charAt(mark.length() - 1) && all.lastIndexOf(mark) == all.length() - mark.length()) {
                    break;
                }
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("not closed; so far: " + Quoted.text(all.toString()), e);
        } catch (IOException e) {
            // Reset: the server closed with bytes of ours unread.
        }
        return all.toString();
    }

    /** Says that no more will be sent, and goes on reading. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void timeoutMs(int timeoutMs) {
        try {
            socket.setSoTimeout(timeoutMs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Reply reply(StringBuilder wire) throws IOException {
        int start = wire.length();
        String line = line(wire);
        char kind = line.isEmpty() ? '\n' : line.charAt(0);
        String rest = line.isEmpty() ? "" : line.substring(1);
        return switch (kind) {
            case '+', '-', ':', ',', '#', '(' -> new Reply(kind, rest, List.of(), wire.substring(start));
            case '_' -> new Reply(kind, null, List.of(), wire.substring(start));
            case '$', '=', '!' -> {
                String text = rest.equals("-1") ? null : bulk(Integer.parseInt(rest), wire);
                yield new Reply(kind, text, List.of(), wire.substring(start));
            }
            case '*', '~', '>', '%' -> {
                int count = Integer.parseInt(rest) * (kind == '%' ? 2 : 1);
                List<Reply> items = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    items.add(reply(wire));
                }
                yield new Reply(kind, null, List.copyOf(items), wire.substring(start));
            }
            default -> throw new AssertionError("not the start of a reply: " + Quoted.text(line));
        };
    }

    private String line(StringBuilder wire) throws IOException {
        int start = wire.length();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("closed after " + Quoted.text(wire.toString()));
            }
            wire.append((char) c);
            if (c == '\n') {
                int end = wire.length();
                if (end - start < 2 || wire.charAt(end - 2) != '\r') {
                    throw new AssertionError("a line that does not end in CRLF: " + Quoted.text(wire.toString()));
                }
                return wire.substring(start, end - 2);
            }
        }
    }

    private String bulk(int length, StringBuilder wire) throws IOException {
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("closed within a bulk of " + length + " bytes");
        }
        String text = new String(bytes, ISO_8859_1);
        if (!text.endsWith("\r\n")) {
            throw new AssertionError("a bulk of " + length + " bytes does not end in CRLF: " + Quoted.text(text));
        }
        wire.append(text);
        return text.substring(0, length);
    }
}
