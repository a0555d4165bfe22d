package io.vireo.resp;

import io.vireo.base.Bytes;

/**
 * What a command answers with. One reply per command; containers announce how many replies follow as their parts.
 *
 * <p>Types that RESP2 does not have are written as Redis writes them there: maps as flat arrays, sets and pushes as
 * arrays, doubles as bulk strings, booleans as 0 and 1.
 */
public interface ReplyWriter {
    /** 2 or 3. */
    int protocol();

    /** Whether nobody will read what is written: a reply of unknown length may end early. */
    boolean isRefused();

    /** {@code +OK}. */
    void ok();

    /** A short text without line breaks. */
    void simple(String text);

    void error(ErrorReply error);

    void integer(long value);

    void bulk(Bytes bytes);

    void bulk(byte[] bytes);

    /** A bulk string of this text in UTF-8. */
    void bulk(String text);

    /** A number as a bulk string. */
    void bulk(long value);

    /** The absent value: a null bulk in RESP2. */
    void nullBulk();

    /** The absent aggregate: a null array in RESP2. */
    void nullArray();

    void array(int elements);

    /** Followed by twice as many replies. */
    void map(int pairs);

    void set(int elements);

    void push(int elements);

    void real(double value);

    /** A number of floating point by its text, where that is not the usual one. */
    void real(String text);

    void bool(boolean value);

    /** Text with a three-letter format, such as {@code txt}. */
    void verbatim(String format, byte[] text);
}
