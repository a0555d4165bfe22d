package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.RealText;
import io.vireo.value.StreamId;
import io.vireo.value.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Turns an RDB into the commands that make the same data, as Redis 7.0 does where {@code aof-use-rdb-preamble} is {@code
 * no}: functions, then for each database SELECT and its keys, each with its expiry behind it.
 *
 * <p>What commands cannot say is lost, as there: how a key was used, when a consumer of a stream was last seen, and that
 * an entry waits to be acknowledged which is deleted from its stream.
 */
@RunsOn(Loop.WORKER)
public final class RdbCommands implements RdbVisitor {
    private static final int NO_DATABASE = -1;
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;

    private final CommandWriter out;
    private final ElementBatch batch;
    private final EncodedWords words = new EncodedWords.Listpack();
    private final EncodedWords commonFields = new EncodedWords.Listpack();
    private final RdbString first = new RdbString();
    private final RdbString second = new RdbString();
    private int selected = NO_DATABASE;
    private RdbEntry entry;
    private long piecesLeft;

    // Of the stream that is read.

    private boolean isEmpty;
    private final RdbString group = new RdbString();
    private final RdbString consumer = new RdbString();

    private RdbCommands(RdbSink to) {
        this.out = new CommandWriter(to);
        this.batch = new ElementBatch(out);
    }

    /**
     * Reads an RDB to its end, and may be called on any thread. A long value passes in pieces, and an element is not
     * copied, so memory does not grow with the data.
     *
     * @throws RdbException if it is not sound, or has values that no command makes; what was written then is no use
     * @throws IOException if it could not be read, or the commands not be written
     */
    public static RdbEnd convert(RdbSource from, RdbSink to) throws IOException, RdbException {
        RdbCommands commands = new RdbCommands(to);
        try {
            RdbEnd end = new RdbReader(from, true, commands).read();
            commands.out.flush();
            return end;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** What a visit writes. */
    private interface Writing {
        void run() throws IOException;
    }

    /** A visitor may not throw what a sink throws. */
    private static void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void function(RdbString source) {
        write(() -> out.begin(3).word("FUNCTION").word("LOAD").word(source));
    }

    private void begin(RdbEntry next) throws IOException {
        entry = next;
        if (next.database() != selected) {
            selected = next.database();
            out.begin(2).word("SELECT").number(selected);
        }
    }

    private void end() throws IOException {
        if (entry.expireAtMs() != RdbEntry.NONE) {
            out.begin(3).word("PEXPIREAT").word(entry.key()).number(entry.expireAtMs());
        }
    }

    // Strings.

    @Override
    public void string(RdbEntry next, RdbString value) {
        write(() -> {
            begin(next);
            out.begin(3).word("SET").word(next.key()).word(value);
            end();
        });
    }

    @Override
    public void number(RdbEntry next, long value) {
        write(() -> {
            begin(next);
            out.begin(3).word("SET").word(next.key()).number(value);
            end();
        });
    }

    @Override
    public void longString(RdbEntry next, long length) {
        write(() -> {
            begin(next);
            out.begin(3).word("SET").word(next.key()).beginWord(length);
            piecesLeft = length;
        });
    }

    @Override
    public void piece(byte[] bytes, int offset, int length) {
        write(() -> {
            out.piece(bytes, offset, length);
            piecesLeft -= length;
            if (piecesLeft == 0) {
                out.endWord();
                end();
            }
        });
    }

    // Collections.

    @Override
    public void collection(RdbEntry next, ValueType type) {
        write(() -> begin(next));
        batch.begin(next.key(), type);
    }

    @Override
    public void element(RdbString word) {
        write(() -> batch.add(word));
    }

    @Override
    public void element(RdbString field, RdbString value) {
        write(() -> batch.add(field, value));
    }

    @Override
    public void element(RdbString member, double score) {
        byte[] text = RealText.of(score);
        first.view(text, 0, text.length);
        write(() -> batch.add(first, member));
    }

    @Override
    public void node(RdbString packedList, int count) {
        write(() -> {
            for (words.open(packedList); words.next(); ) {
                batch.add(words.word(first));
            }
        });
    }

    @Override
    public void endOfCollection() {
        write(() -> {
            if (batch.end()) {
                end();
            }
        });
    }

    @Override
    public void packed(RdbEntry next, PackedForm form, RdbString bytes, int count) {
        collection(next, form.type());
        switch (form) {
            case NUMBERS ->
                write(() -> {
                    for (int i = 0; i < count; i++) {
                        first.number(IntsetBytes.at(bytes, i));
                        batch.add(first);
                    }
                });
            case SET -> node(bytes, count);
            case HASH, SORTED_SET -> pairs(bytes, form == PackedForm.SORTED_SET);
        }
        endOfCollection();
    }

    private void pairs(RdbString bytes, boolean isScored) {
        write(() -> {
            for (words.open(bytes); words.next(); ) {
                words.word(first);
                words.next();
                words.word(second);
                batch.add(isScored ? second : first, isScored ? first : second);
            }
        });
    }

    // Streams.

    @Override
    public void stream(RdbEntry next) {
        write(() -> begin(next));
        isEmpty = true;
    }

    @Override
    public void streamNode(StreamId firstId, RdbString packedList, long entries) {
        isEmpty = false;
        write(() -> {
            words.open(packedList);
            number(); // entries
            number(); // deleted
            int common = (int) number();
            for (int i = 0; i <= common; i++) {
                words.next(); // the fields and the mark behind them
            }
            while (words.next()) {
                streamEntry(firstId, packedList, common);
            }
        });
    }

    /** The walk stands at the flags of an entry, and is left at its last word. */
    private void streamEntry(StreamId nodeId, RdbString packedList, int common) throws IOException {
        long flags = words.number();
        boolean isLive = (flags & DELETED) == 0;
        boolean isSame = (flags & SAME_FIELDS) != 0;
        StreamId id = new StreamId(nodeId.ms() + number(), nodeId.seq() + number());
        int fields = isSame ? common : (int) number();
        if (isLive) {
            out.begin(3 + 2 * fields).word("XADD").word(entry.key()).word(id.toString());
        }
        if (isSame) {
            commonFields.open(packedList);
            for (int i = 0; i < 3; i++) {
                commonFields.next();
            }
        }
        EncodedWords names = isSame ? commonFields : words;
        for (int i = 0; i < fields; i++) {
            names.next();
            names.word(first);
            if (isLive) {
                out.word(first);
            }
            words.next();
            words.word(second);
            if (isLive) {
                out.word(second);
            }
        }
        words.next(); // how many elements the entry has
    }

    private long number() {
        words.next();
        return words.number();
    }

    @Override
    public void streamHead(StreamId last, StreamId maxDeleted, long added) {
        write(() -> {
            RdbString key = entry.key();
            if (isEmpty) {
                // No command makes an empty stream alone: an entry is put in, and not kept.
                out.begin(7).word("XADD").word(key).word("MAXLEN").word("0").word("0-1");
                out.word("x").word("y");
            }
            out.begin(7).word("XSETID").word(key).word(last.toString());
            out.word("ENTRIESADDED").number(added);
            out.word("MAXDELETEDID").word(maxDeleted.toString());
        });
    }

    @Override
    public void streamGroup(RdbString name, StreamId last, long entriesRead) {
        keep(name, group);
        write(() -> {
            out.begin(7).word("XGROUP").word("CREATE").word(entry.key()).word(group);
            out.word(last.toString()).word("ENTRIESREAD").number(entriesRead);
        });
    }

    @Override
    public void streamConsumer(RdbString name, long seenMs, long activeMs) {
        keep(name, consumer);
        write(() -> {
            out.begin(5).word("XGROUP").word("CREATECONSUMER");
            out.word(entry.key()).word(group).word(consumer);
        });
    }

    private static void keep(RdbString from, RdbString in) {
        System.arraycopy(from.array(), from.offset(), in.own(from.length(), 0), 0, from.length());
        in.viewOwn(from.length());
    }

    @Override
    public void streamPending(StreamId id, long deliveredMs, long deliveries) {
        write(() -> {
            out.begin(12).word("XCLAIM").word(entry.key()).word(group).word(consumer);
            out.word("0").word(id.toString());
            out.word("TIME").number(deliveredMs).word("RETRYCOUNT").number(deliveries);
            out.word("JUSTID").word("FORCE");
        });
    }

    @Override
    public void endOfStream() {
        write(this::end);
    }
}
