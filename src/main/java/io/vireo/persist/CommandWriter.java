package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes commands as RESP, as they stand in an append-only file. Long words go straight to the sink. */
@RunsOn(Loop.WORKER)
final class CommandWriter {
    private static final int BUFFER_BYTES = 64 << 10;

    private final RdbSink sink;
    private final CommandWords buffer = new CommandWords(BUFFER_BYTES);

    CommandWriter(RdbSink sink) {
        this.sink = sink;
    }

    /** A command begins: so many words follow, its name among them. */
    CommandWriter begin(int words) throws IOException {
        if (!buffer.fits(0)) {
            flush();
        }
        buffer.head('*', words);
        return this;
    }

    CommandWriter word(byte[] bytes, int offset, int length) throws IOException {
        if (!buffer.fits(length)) {
            flush();
        }
        if (buffer.fits(length)) {
            buffer.word(bytes, offset, length);
        } else {
            beginWord(length);
            piece(bytes, offset, length);
            endWord();
        }
        return this;
    }

    CommandWriter word(RdbString word) throws IOException {
        return word(word.array(), word.offset(), word.length());
    }

    /** A word of ASCII. */
    CommandWriter word(String word) throws IOException {
        byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        return word(bytes, 0, bytes.length);
    }

    CommandWriter number(long value) throws IOException {
        return word(Long.toString(value));
    }

    /** Words that were written already. */
    CommandWriter words(CommandWords words) throws IOException {
        piece(words.array(), 0, words.length());
        return this;
    }

    /** A word begins of which so many bytes come by {@link #piece}, and then its end. */
    void beginWord(long length) throws IOException {
        if (!buffer.fits(0)) {
            flush();
        }
        buffer.head('$', length);
    }

    void piece(byte[] bytes, int offset, int length) throws IOException {
        if (buffer.room() < length) {
            flush();
        }
        if (buffer.room() < length) {
            sink.write(bytes, offset, length);
        } else {
            buffer.put(bytes, offset, length);
        }
    }

    void endWord() throws IOException {
        if (!buffer.fits(0)) {
            flush();
        }
        buffer.endLine();
    }

    /** Hands over to the sink what is still held. */
    void flush() throws IOException {
        sink.write(buffer.array(), 0, buffer.length());
        buffer.clear();
    }
}
