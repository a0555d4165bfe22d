package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.CollectionType;
import io.vireo.value.CollectionValue;
import io.vireo.value.LargeValue;
import io.vireo.value.ValueHome;
import io.vireo.value.ValueMemory;
import io.vireo.value.ValueType;
import java.util.ArrayList;
import java.util.List;

/** The views of collections that a keyspace hands out: of each type a first one, a second one, and so on. */
@RunsOn(Loop.KEYSPACE)
final class EntryHomes {
    /** A view, and the place it is pointed at. */
    private record Housed<V extends CollectionValue>(V view, EntryHome home) {}

    private final Keyspace keyspace;
    private final List<List<Housed<?>>> byType = new ArrayList<>();

    EntryHomes(Keyspace keyspace) {
        this.keyspace = keyspace;
        for (int i = 0; i < ValueType.values().length; i++) {
            byType.add(new ArrayList<>());
        }
    }

    /** Points the {@code nth} view of a type at the collection in a slot. The key must last as long as the view. */
    @SuppressWarnings("unchecked") // the list of a type holds only its views
    <V extends CollectionValue> V view(
            CollectionType<V> type, int nth, Entries entries, long slot, long hash, Bytes key) {
        List<Housed<?>> views = byType.get(type.type().code());
        while (views.size() <= nth) {
            views.add(new Housed<>(type.views().get(), new EntryHome()));
        }
        Housed<V> housed = (Housed<V>) views.get(nth);
        housed.home.set(entries, slot, hash, key);
        housed.view.pointAt(housed.home);
        return housed.view;
    }

    /** One collection's place: its slot, as long as the table does not change, and its key to find it again. */
    private final class EntryHome implements ValueHome {
        private final Bytes key = new Bytes();
        private Entries entries;
        private long hash;
        private long slot;
        private int changes;
        private long blob;

        void set(Entries newEntries, long newSlot, long newHash, Bytes newKey) {
            entries = newEntries;
            slot = newSlot;
            hash = newHash;
            key.set(newKey.address(), newKey.length());
            changes = newEntries.table().changes();
            blob = newEntries.blobAt(newSlot);
        }

        private long slot() {
            if (changes != entries.table().changes()) {
                slot = entries.find(key, hash);
                changes = entries.table().changes();
            }
            return slot;
        }

        @Override
        public ValueMemory memory() {
            return entries.values();
        }

        @Override
        public LargeValue large() {
            return entries.large(blob);
        }

        @Override
        public long address() {
            return entries.packed(blob);
        }

        @Override
        public int length() {
            return Entry.valueLength(blob);
        }

        @Override
        public long resize(int length) {
            long address = entries.resize(slot(), hash, key, length, keyspace.nowMs());
            blob = entries.blobAt(slot);
            return address;
        }

        @Override
        public void enlarge(LargeValue value) {
            entries.enlarge(slot(), hash, key, value, keyspace.nowMs());
            blob = entries.blobAt(slot);
        }

        @Override
        public long pack(int length) {
            long address = entries.pack(slot(), hash, key, length, keyspace.nowMs());
            blob = entries.blobAt(slot);
            return address;
        }

        @Override
        public boolean isMarked() {
            return (Entry.flags(blob) & Entry.MARKED) != 0;
        }

        @Override
        public void mark(boolean on) {
            int flags = Entry.flags(blob);
            Entry.setFlags(blob, on ? flags | Entry.MARKED : flags & ~Entry.MARKED);
        }
    }
}
