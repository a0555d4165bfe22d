package io.vireo.node;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import io.vireo.value.CollectionValue;
import io.vireo.value.DigestSink;
import io.vireo.value.StringValue;
import io.vireo.value.ValueType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Digests of data for DEBUG: equal for equal data, whatever the order of keys, over all databases, with expiry.
 *
 * <p>They are compared among Vireo nodes, not with Redis's. The digest of all is the XOR of the digests of the keys.
 */
final class Digests {
    private static final int SIZE = 20;

    private Digests() {}

    static byte[] ofAll(Keyspace keyspace) {
        byte[] all = new byte[SIZE];
        MessageDigest sha = sha1();
        for (int i = 0; i < keyspace.databases(); i++) {
            Database db = keyspace.db(i);
            int index = i;
            db.forEachKey(key -> {
                sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).flip());
                sha.update(key.toArray());
                sha.update((byte) (db.expireAtMs(key) >= 0 ? 1 : 0));
                sha.update(ofValue(db, key));
                xor(all, sha.digest());
            });
        }
        return all;
    }

    /** The digest of a key's value; of an absent key, zeros. */
    static byte[] ofValue(Database db, Bytes key) {
        CollectionValue collection = db.peekCollection(key);
        if (collection != null) {
            return new ElementDigest().of(collection);
        }
        StringValue value = db.peekString(key, new StringValue());
        if (value == null) {
            return new byte[SIZE];
        }
        MessageDigest sha = sha1();
        sha.update(value.bytes().toArray());
        return sha.digest();
    }

    /** The digest of a collection: of all its elements in order, or the XOR of theirs where they have none. */
    private static final class ElementDigest implements DigestSink {
        private final MessageDigest element = sha1();
        private final MessageDigest ordered = sha1();
        private final byte[] unordered = new byte[SIZE];

        byte[] of(CollectionValue collection) {
            collection.digest(this);
            ordered.update(unordered);
            return ordered.digest();
        }

        @Override
        public void word(Bytes word) {
            element.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(word.length()).flip());
            element.update(word.toArray());
        }

        @Override
        public void endOfElement(boolean isOrdered) {
            byte[] digest = element.digest();
            if (isOrdered) {
                ordered.update(digest);
            } else {
                xor(unordered, digest);
            }
        }
    }

    /** About how many bytes the value takes in an RDB file, its length included. */
    static long serializedLength(Database db, Bytes key) {
        StringValue value = db.typeOf(key) == ValueType.STRING ? db.peekString(key, new StringValue()) : null;
        return value != null ? value.length() + 1L : db.sizeOf(key);
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    private static void xor(byte[] into, byte[] digest) {
        for (int i = 0; i < SIZE; i++) {
            into[i] ^= digest[i];
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
