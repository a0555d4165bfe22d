package io.vireo.resp;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import java.nio.charset.StandardCharsets;

/** Writes replies as RESP2 or RESP3 into an {@link OutputBuffer}. One per keyspace thread, pointed at each connection. */
public final class RespWriter implements ReplyWriter {
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] NULL_BULK_2 = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] NULL_3 = ascii("_\r\n");
    private static final int HEADER_ROOM = 1 + Decimal.MAX_LENGTH + 2;

    private OutputBuffer out;
    private int protocol = 2;
    private long errors;
    private ErrorReply lastError;

    /** Points this writer at a connection's output. */
    public RespWriter to(OutputBuffer newOut, int newProtocol) {
        out = newOut;
        protocol = newProtocol;
        return this;
    }

    /** How many error replies this writer has written, ever: a caller compares before and after. */
    public long errors() {
        return errors;
    }

    /** The error reply written last, or null. */
    public ErrorReply lastError() {
        return lastError;
    }

    @Override
    public int protocol() {
        return protocol;
    }

    /** Sets what follows: HELLO answers in the protocol it asks for. */
    public void protocol(int newProtocol) {
        protocol = newProtocol;
    }

    @Override
    public boolean isRefused() {
        return out.isRefused();
    }

    @Override
    public void ok() {
        out.write(OK);
    }

    @Override
    public void simple(String text) {
        line('+', text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void error(ErrorReply error) {
        errors++;
        lastError = error;
        line('-', error.bytes());
    }

    @Override
    public void integer(long value) {
        header(':', value);
    }

    @Override
    public void bulk(Bytes bytes) {
        int length = bytes.length();
        out.ensure(HEADER_ROOM + length + 2);
        putHeader('$', length);
        out.write(bytes.address(), length);
        putLineEnd();
    }

    @Override
    public void bulk(byte[] bytes) {
        out.ensure(HEADER_ROOM + bytes.length + 2);
        putHeader('$', bytes.length);
        out.put(bytes);
        putLineEnd();
    }

    @Override
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void bulk(long value) {
        out.ensure(HEADER_ROOM * 2);
        putHeader('$', Decimal.length(value));
        out.putDecimal(value);
        putLineEnd();
    }

    @Override
    public void nullBulk() {
        out.write(protocol == 2 ? NULL_BULK_2 : NULL_3);
    }

    @Override
    public void nullArray() {
        out.write(protocol == 2 ? NULL_ARRAY_2 : NULL_3);
    }

    @Override
    public void array(int elements) {
        header('*', elements);
    }

    @Override
    public void map(int pairs) {
        if (protocol == 2) {
            header('*', pairs * 2L);
        } else {
            header('%', pairs);
        }
    }

    @Override
    public void set(int elements) {
        header(protocol == 2 ? '*' : '~', elements);
    }

    @Override
    public void push(int elements) {
        header(protocol == 2 ? '*' : '>', elements);
    }

    @Override
    public void real(double value) {
        byte[] text = RealText.of(value);
        if (protocol == 2) {
            bulk(text);
        } else {
            line(',', text);
        }
    }

    @Override
    public void real(String text) {
        if (protocol < 3) {
            bulk(text);
        } else {
            line(',', ascii(text));
        }
    }

    @Override
    public void bool(boolean value) {
        if (protocol == 2) {
            integer(value ? 1 : 0);
        } else {
            line('#', new byte[] {(byte) (value ? 't' : 'f')});
        }
    }

    @Override
    public void verbatim(String format, byte[] text) {
        if (protocol == 2) {
            bulk(text);
            return;
        }
        out.ensure(HEADER_ROOM + 4 + text.length + 2);
        putHeader('=', text.length + 4L);
        out.put(ascii(format));
        out.put(':');
        out.put(text);
        putLineEnd();
    }

    /** Facts about the reply that follows them, which RESP2 does not have: so many pairs follow. */
    public void attribute(int pairs) {
        header('|', pairs);
    }

    /** A whole number of any size, in decimal; a bulk string in RESP2. */
    public void bigNumber(String decimal) {
        if (protocol == 2) {
            bulk(decimal);
        } else {
            line('(', decimal.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void line(char type, byte[] text) {
        out.ensure(text.length + 3);
        out.put(type);
        out.put(text);
        putLineEnd();
    }

    private void header(char type, long value) {
        out.ensure(HEADER_ROOM);
        putHeader(type, value);
    }

    private void putHeader(char type, long value) {
        out.put(type);
        out.putDecimal(value);
        putLineEnd();
    }

    private void putLineEnd() {
        out.put('\r');
        out.put('\n');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
