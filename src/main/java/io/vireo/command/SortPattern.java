package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.value.HashValue;
import io.vireo.value.StringValue;
import io.vireo.value.ValueType;
import java.util.Arrays;

/**
 * How SORT comes from an element to what it is compared by, or replied with: {@code weight_*} the string of a key,
 * {@code object_*->field} the field of a hash, {@code #} the element itself.
 *
 * @param star where the element is put in, or -1
 * @param field the field of the hash, or null for a string
 */
record SortPattern(byte[] key, int star, byte[] field) {
    static SortPattern of(Bytes word) {
        byte[] pattern = word.toArray();
        int star = -1;
        for (int i = 0; i < pattern.length && star < 0; i++) {
            star = pattern[i] == '*' ? i : -1;
        }
        for (int i = Math.max(0, star); star >= 0 && i < pattern.length - 2; i++) {
            if (pattern[i] == '-' && pattern[i + 1] == '>') {
                byte[] field = Arrays.copyOfRange(pattern, i + 2, pattern.length);
                return new SortPattern(Arrays.copyOf(pattern, i), star, field);
            }
        }
        return new SortPattern(pattern, star, null);
    }

    /** Whether it leads each element to a key of its own. */
    boolean names() {
        return star >= 0;
    }

    /** What an element leads to; null where there is nothing. */
    byte[] lookUp(CommandContext ctx, byte[] element) {
        if (key.length == 1 && key[0] == '#') {
            return element;
        }
        if (star < 0) {
            return null;
        }
        byte[] name = new byte[key.length - 1 + element.length];
        System.arraycopy(key, 0, name, 0, star);
        System.arraycopy(element, 0, name, star, element.length);
        System.arraycopy(key, star + 1, name, star + element.length, key.length - star - 1);
        Bytes bytes = ctx.bytes(name);
        Database db = ctx.db();
        if (field == null) {
            StringValue value = db.readIfString(bytes);
            return value == null ? null : value.bytes().toArray();
        }
        if (db.typeOf(bytes) != ValueType.HASH) {
            db.lookUp(bytes);
            return null;
        }
        HashValue hash = db.read(bytes, HashValue.TYPE);
        StringValue value = hash.get(ctx.bytes(field));
        return value == null ? null : value.bytes().toArray();
    }
}
