package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbException.Fault;
import io.vireo.value.ValueType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads lists, sets, sorted sets and hashes in each of their encodings.
 *
 * <p>What a visitor is told of is sound: compact encodings are walked through to their end before. Of those that are
 * handed over whole the words are known to be different, and in order where they have one.
 */
@RunsOn(Loop.WORKER)
final class RdbCollections {
    private static final int PLAIN_NODE = 1;
    private static final int PACKED_NODE = 2;

    /** Lengths of a number's text that stand for "not a number", infinity and minus infinity. */
    private static final int NAN = 253;

    private static final int INFINITY = 254;
    private static final int MINUS_INFINITY = 255;
    private static final int LONGEST_SCORE = 128;

    private final RdbInput in;
    private final RdbStrings strings;
    private final RdbVisitor visitor;
    private final RdbString first = new RdbString();
    private final RdbString second = new RdbString();
    private final RdbString blob = new RdbString();
    private final EncodedWords listpack = new EncodedWords.Listpack();
    private final EncodedWords ziplist = new EncodedWords.Ziplist();
    private final EncodedWords zipmap = new EncodedWords.Zipmap();
    private final DistinctWords distinct = new DistinctWords();

    RdbCollections(RdbInput in, RdbStrings strings, RdbVisitor visitor) {
        this.in = in;
        this.strings = strings;
        this.visitor = visitor;
    }

    /**
     * Reads a value and tells the visitor of it.
     *
     * @return false, with nothing read, if it is of none of these types
     */
    boolean value(RdbEntry entry, RdbType type) throws IOException, RdbException {
        switch (type) {
            case LIST -> words(entry, ValueType.LIST);
            case SET -> words(entry, ValueType.SET);
            case HASH -> pairs(entry);
            case SORTED_SET -> scored(entry, true);
            case SORTED_SET_2 -> scored(entry, false);
            case LIST_QUICKLIST_2 -> nodes(entry);
            case LIST_QUICKLIST -> ziplistNodes(entry);
            case LIST_ZIPLIST -> {
                visitor.collection(entry, ValueType.LIST);
                ziplistNode();
                visitor.endOfCollection();
            }
            case HASH_ZIPLIST -> encoded(entry, ValueType.HASH, ziplist);
            case HASH_ZIPMAP -> encoded(entry, ValueType.HASH, zipmap);
            case SORTED_SET_ZIPLIST -> encoded(entry, ValueType.ZSET, ziplist);
            case SET_INTSET -> numbers(entry);
            case HASH_LISTPACK -> packed(entry, PackedForm.HASH);
            case SORTED_SET_LISTPACK -> packed(entry, PackedForm.SORTED_SET);
            case SET_LISTPACK -> packed(entry, PackedForm.SET);
            default -> {
                return false;
            }
        }
        return true;
    }

    // Word by word.

    private void words(RdbEntry entry, ValueType type) throws IOException, RdbException {
        long left = in.readLength();
        visitor.collection(entry, type);
        for (; left != 0; left--) {
            strings.read(first);
            visitor.element(first);
        }
        visitor.endOfCollection();
    }

    private void pairs(RdbEntry entry) throws IOException, RdbException {
        long left = in.readLength();
        visitor.collection(entry, ValueType.HASH);
        for (; left != 0; left--) {
            strings.read(first);
            strings.read(second);
            visitor.element(first, second);
        }
        visitor.endOfCollection();
    }

    private void scored(RdbEntry entry, boolean asText) throws IOException, RdbException {
        long left = in.readLength();
        visitor.collection(entry, ValueType.ZSET);
        for (; left != 0; left--) {
            strings.read(first);
            double score = asText ? textScore() : Double.longBitsToDouble(in.readLong());
            if (Double.isNaN(score)) {
                throw in.corrupt("Zset with NAN score detected");
            }
            visitor.element(first, score);
        }
        visitor.endOfCollection();
    }

    private double textScore() throws IOException, RdbException {
        int length = in.readByte();
        return switch (length) {
            case NAN -> Double.NaN;
            case INFINITY -> Double.POSITIVE_INFINITY;
            case MINUS_INFINITY -> Double.NEGATIVE_INFINITY;
            default -> {
                int from = in.take(length);
                second.view(in.array(), from, length);
                yield score(second);
            }
        };
    }

    private void nodes(RdbEntry entry) throws IOException, RdbException {
        long left = in.readLength();
        visitor.collection(entry, ValueType.LIST);
        for (; left != 0; left--) {
            long container = in.readLength();
            strings.read(blob);
            if (blob.length() == 0) {
                throw in.corrupt("Quicklist integrity check failed.");
            }
            if (container == PLAIN_NODE) {
                visitor.element(blob);
            } else if (container == PACKED_NODE) {
                int count = countOf(listpack, "");
                if (count > 0) {
                    visitor.node(blob, count);
                }
            } else {
                throw in.corrupt("Quicklist integrity check failed.");
            }
        }
        visitor.endOfCollection();
    }

    private void ziplistNodes(RdbEntry entry) throws IOException, RdbException {
        long left = in.readLength();
        visitor.collection(entry, ValueType.LIST);
        for (; left != 0; left--) {
            ziplistNode();
        }
        visitor.endOfCollection();
    }

    private void ziplistNode() throws IOException, RdbException {
        strings.read(blob);
        countOf(ziplist, "");
        for (ziplist.open(blob); ziplist.next(); ) {
            visitor.element(ziplist.word(first));
        }
    }

    /**
     * Walks through the blob and counts its words.
     *
     * @param type whose encoding it is, as a message begins; empty where the encoding tells
     */
    private int countOf(EncodedWords words, String type) throws RdbException {
        int count = 0;
        for (words.open(blob); words.next(); ) {
            count++;
        }
        if (words.isBroken()) {
            throw failed(type, words);
        }
        return count;
    }

    private RdbException failed(String type, EncodedWords words) {
        String what = (type + " " + words.encoding()).strip();
        return in.corrupt(Character.toUpperCase(what.charAt(0)) + what.substring(1) + " integrity check failed.");
    }

    private void encoded(RdbEntry entry, ValueType type, EncodedWords words) throws IOException, RdbException {
        strings.read(blob);
        String name = words == zipmap ? "" : type.word();
        int count = countOf(words, name);
        if (count % 2 != 0 || count == 0 && words == zipmap) {
            throw failed(name, words); // no server has ever written a zipmap of nothing
        }
        visitor.collection(entry, type);
        for (words.open(blob); words.next(); ) {
            words.word(first);
            words.next();
            if (type == ValueType.HASH) {
                visitor.element(first, words.word(second));
            } else {
                visitor.element(first, score(words));
            }
        }
        visitor.endOfCollection();
    }

    // Taken over whole.

    private void numbers(RdbEntry entry) throws IOException, RdbException {
        strings.read(blob);
        if (!IntsetBytes.isSound(blob)) {
            throw in.corrupt("Intset integrity check failed.");
        }
        visitor.packed(entry, PackedForm.NUMBERS, blob, IntsetBytes.count(blob));
    }

    private void packed(RdbEntry entry, PackedForm form) throws IOException, RdbException {
        strings.read(blob);
        int perElement = form == PackedForm.SET ? 1 : 2;
        int words = countOf(listpack, form.type().word());
        if (words % perElement != 0) {
            throw failed(form.type().word(), listpack);
        }
        int count = words / perElement;
        distinct.begin(count);
        double last = Double.NEGATIVE_INFINITY;
        for (listpack.open(blob); listpack.next(); ) {
            if (!distinct.add(listpack.word(first))) {
                throw in.corrupt("Duplicate elements of a " + form.type().word() + " detected");
            }
            if (perElement == 2) {
                listpack.next();
            }
            if (form == PackedForm.SORTED_SET) {
                double score = score(listpack);
                if (score < last) {
                    throw in.corrupt("A sorted set out of order");
                }
                last = score;
            }
        }
        visitor.packed(entry, form, blob, count);
    }

    private double score(EncodedWords words) throws RdbException {
        return words.isNumber() ? words.number() : score(words.word(second));
    }

    /** Reads a score as C prints a number. */
    private double score(RdbString text) throws RdbException {
        boolean plausible = text.length() > 0 && text.length() <= LONGEST_SCORE;
        for (int i = 0; plausible && i < text.length(); i++) {
            plausible = "0123456789+-.eE".indexOf(text.array()[text.offset() + i]) >= 0;
        }
        String word = plausible || text.length() <= LONGEST_SCORE
                ? new String(text.array(), text.offset(), text.length(), StandardCharsets.ISO_8859_1)
                : "";
        try {
            return switch (word) {
                case "inf", "+inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(plausible ? word : "");
            };
        } catch (NumberFormatException e) {
            throw new RdbException(
                    Fault.CORRUPT, in.corrupt("A score that is no number").getMessage());
        }
    }
}
