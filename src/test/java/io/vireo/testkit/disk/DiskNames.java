package io.vireo.testkit.disk;

import io.vireo.testkit.disk.PowerLossDisk.Fate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The names of all files and directories, as they are and as they are safe. Names are absolute, with slashes. */
final class DiskNames {
    static final String ROOT = "/";

    /** What some names stand for from now on, all at once; null where they are gone. */
    private record Change(Map<String, DiskFile> meanings) {}

    private final Map<String, DiskFile> now = new TreeMap<>();
    private final Map<String, DiskFile> safe = new TreeMap<>();
    /** What was done since, in order. */
    private final List<Change> changes = new ArrayList<>();

    DiskNames() {
        this(Map.of(ROOT, DiskFile.directory()));
    }

    private DiskNames(Map<String, DiskFile> names) {
        now.putAll(names);
        safe.putAll(names);
    }

    static String parent(String name) {
        int slash = name.lastIndexOf('/');
        return slash == 0 ? ROOT : name.substring(0, slash);
    }

    DiskFile get(String name) {
        return now.get(name);
    }

    List<String> all() {
        return List.copyOf(now.keySet());
    }

    /** The names in a directory. */
    List<String> in(String directory) {
        return now.keySet().stream()
                .filter(name -> !name.equals(ROOT) && parent(name).equals(directory))
                .toList();
    }

    void put(String name, DiskFile file) {
        Map<String, DiskFile> meaning = new LinkedHashMap<>();
        meaning.put(name, file);
        change(new Change(meaning));
    }

    void remove(String name) {
        put(name, null);
    }

    void rename(String from, String to) {
        Map<String, DiskFile> meaning = new LinkedHashMap<>();
        meaning.put(to, now.get(from));
        meaning.put(from, null);
        change(new Change(meaning));
    }

    private void change(Change change) {
        apply(change, now);
        changes.add(change);
    }

    private static void apply(Change change, Map<String, DiskFile> names) {
        change.meanings.forEach((name, file) -> {
            if (file == null) {
                names.remove(name);
            } else {
                names.put(name, file);
            }
        });
    }

    /** What was changed in a directory is safe: also at the other end of a rename. */
    void flushed(String directory) {
        for (int i = 0; i < changes.size(); ) {
            Change change = changes.get(i);
            if (change.meanings.keySet().stream().anyMatch(name -> parent(name).equals(directory))) {
                apply(change, safe);
                changes.remove(i);
                forgetBefore(i, change);
                i = 0;
            } else {
                i++;
            }
        }
    }

    /** What stood under the names of a change before it cannot come back. */
    private void forgetBefore(int index, Change change) {
        for (Change earlier : changes.subList(0, index)) {
            earlier.meanings.keySet().removeAll(change.meanings.keySet());
        }
        changes.removeIf(earlier -> earlier.meanings.isEmpty());
    }

    void settle() {
        safe.clear();
        safe.putAll(now);
        changes.clear();
        now.values().forEach(DiskFile::settle);
    }

    /** The names, and what they stand for, as they are after a loss of power. */
    DiskNames crash(Fate.Dice dice) {
        Random random = dice.random();
        Map<String, DiskFile> left = new TreeMap<>(safe);
        Fate fate = dice.next();
        int most = random.nextInt(changes.size() + 1);
        for (int i = 0; i < changes.size(); i++) {
            boolean isKept = switch (fate) {
                case LOSES -> false;
                case KEEPS -> true;
                case CUTS -> i < most;
                case ZEROES, MIXES -> random.nextBoolean();
            };
            if (isKept) {
                apply(changes.get(i), left);
            }
        }
        left.keySet().removeIf(name -> !hasDirectories(name, left));
        Map<DiskFile, DiskFile> crashed = new HashMap<>();
        left.replaceAll((name, file) -> crashed.computeIfAbsent(file, f -> f.crash(dice.next(), random)));
        return new DiskNames(left);
    }

    /** Whether all directories above a name are there. */
    private static boolean hasDirectories(String name, Map<String, DiskFile> names) {
        for (String above = name; !above.equals(ROOT); ) {
            above = parent(above);
            DiskFile directory = names.get(above);
            if (directory == null || !directory.isDirectory()) {
                return false;
            }
        }
        return true;
    }
}
