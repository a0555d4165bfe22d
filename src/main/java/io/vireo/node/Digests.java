package io.vireo.node;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import io.vireo.value.StringValue;
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
        StringValue value = new StringValue();
        for (int i = 0; i < keyspace.databases(); i++) {
            Database db = keyspace.db(i);
            int index = i;
            db.forEachKey(key -> {
                sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).flip());
                sha.update(key.toArray());
                sha.update((byte) (db.expireAtMs(key) >= 0 ? 1 : 0));
                sha.update(db.peekString(key, value).bytes().toArray());
                xor(all, sha.digest());
            });
        }
        return all;
    }

    /** The digest of a key's value; of an absent key, zeros. */
    static byte[] ofValue(Database db, Bytes key) {
        StringValue value = db.peekString(key, new StringValue());
        if (value == null) {
            return new byte[SIZE];
        }
        MessageDigest sha = sha1();
        sha.update(value.bytes().toArray());
        return sha.digest();
    }

    /** About how many bytes the value takes in an RDB file, its length included. */
    static long serializedLength(Database db, Bytes key) {
        return db.peekString(key, new StringValue()).length() + 1L;
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
