package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * A string as stored: bytes in a blob, or a 64-bit integer whose canonical decimal text is the string.
 *
 * <p>A view, good until the next change of any key, or until it is pointed elsewhere.
 */
@RunsOn(Loop.KEYSPACE)
public final class StringValue {
    private final Bytes digits = Bytes.copyOf(new byte[Decimal.MAX_LENGTH]);
    private final Bytes bytes = new Bytes();
    private boolean isInt;
    private boolean isFormatted;
    private long number;

    /** Points this view at {@code length} bytes. */
    public StringValue pointAt(long address, int length) {
        isInt = false;
        bytes.set(address, length);
        return this;
    }

    /** Makes this view show a number. */
    public StringValue setNumber(long value) {
        isInt = true;
        isFormatted = false;
        number = value;
        return this;
    }

    /** Whether the string is stored as a number. A string that looks like one need not be. */
    public boolean isInt() {
        return isInt;
    }

    /** The number, if {@link #isInt}. */
    public long longValue() {
        return number;
    }

    /** Length of the text in bytes. */
    public int length() {
        return isInt ? Decimal.length(number) : bytes.length();
    }

    /** The text; that of a number is written into this view's own scratch and lasts until the view is pointed anew. */
    public Bytes bytes() {
        if (isInt && !isFormatted) {
            bytes.set(digits.address(), Decimal.write(digits.address(), number));
            isFormatted = true;
        }
        return bytes;
    }
}
