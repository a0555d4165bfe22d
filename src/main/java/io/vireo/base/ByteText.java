package io.vireo.base;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Bytes as text and back, without loss: what is UTF-8 is read as such, and each byte that is not becomes a low surrogate
 * that stands alone (U+DC80 to U+DCFF), which no UTF-8 gives. So a text that quotes a client's words can be sent with the
 * client's own bytes.
 *
 * @see <a href="https://peps.python.org/pep-0383/">PEP 383, which describes the same mapping</a>
 */
@RunsOn(Loop.ANY)
public final class ByteText {
    private static final char REPLACEMENT = '\ufffd';
    private static final char FIRST_ESCAPE = '\udc80';
    private static final char LAST_ESCAPE = '\udcff';
    private static final int ESCAPES = 0xdc00;

    private ByteText() {}

    /** The text of any bytes. */
    public static String of(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : escaped(bytes);
    }

    private static String escaped(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // stops at what is malformed
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        for (CoderResult end = decoder.decode(in, out, true); end.isError(); end = decoder.decode(in, out, true)) {
            for (int left = end.length(); left > 0; left--) {
                out.put((char) (ESCAPES + (in.get() & 0xff)));
            }
            decoder.reset();
        }
        return out.flip().toString();
    }

    /** The bytes of a text: in UTF-8, and those that {@link #of} could not read as they were. */
    public static byte[] bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return unescaped(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] unescaped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        text.codePoints().forEach(point -> {
            if (point >= FIRST_ESCAPE && point <= LAST_ESCAPE) {
                bytes.write(point - ESCAPES);
            } else {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
