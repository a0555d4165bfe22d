package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds commands by name, in any case, without allocating.
 *
 * <p>An open hash table over the first eight bytes of the name (with the bit set that makes letters lower case) and its
 * length. Only names of up to eight letters are settled by that; others are compared in full.
 */
@RunsOn(Loop.KEYSPACE)
public final class CommandTable {
    private static final long LOWER = 0x2020202020202020L;
    private static final int SLOTS = 2048;

    private final Map<String, Command> byName = new LinkedHashMap<>();
    private final Command[] commands = new Command[SLOTS];
    private final String[] names = new String[SLOTS];
    private final long[] prefixes = new long[SLOTS];
    private final boolean[] settled = new boolean[SLOTS];

    public CommandTable(List<CommandFamily> families) {
        for (CommandFamily family : families) {
            for (CommandSpec spec : family.commands()) {
                Invariant.check(!byName.containsKey(spec.name()), "a command is in one family");
                add(spec.name(), new Command(spec, family.group(), null));
            }
        }
    }

    private void add(String name, Command command) {
        byName.put(name, command);
        Bytes bytes = Bytes.copyOf(name);
        int slot = slot(prefix(bytes), bytes.length());
        while (commands[slot] != null) {
            slot = slot + 1 & SLOTS - 1;
        }
        commands[slot] = command;
        names[slot] = name;
        prefixes[slot] = prefix(bytes);
        settled[slot] = name.length() <= Long.BYTES && name.chars().allMatch(Character::isLetter);
    }

    /**
     * Gives a command another name, as {@code rename-command} does.
     *
     * @param newName empty to take the command away
     * @return false if there is no such command or the new name is taken
     */
    public boolean rename(String oldName, String newName) {
        String from = oldName.toLowerCase(Locale.ROOT);
        String to = newName.toLowerCase(Locale.ROOT);
        if (!byName.containsKey(from) || byName.containsKey(to)) {
            return false;
        }
        Map<String, Command> kept = new LinkedHashMap<>(byName);
        Command command = kept.remove(from);
        if (!to.isEmpty()) {
            kept.put(to, command);
        }
        byName.clear();
        Arrays.fill(commands, null);
        kept.forEach(this::add);
        return true;
    }

    /** The command of this name, or null. */
    public Command find(Bytes name) {
        long prefix = prefix(name);
        int length = name.length();
        for (int slot = slot(prefix, length); commands[slot] != null; slot = slot + 1 & SLOTS - 1) {
            if (prefixes[slot] == prefix
                    && names[slot].length() == length
                    && (settled[slot] || name.isWord(names[slot]))) {
                return commands[slot];
            }
        }
        return null;
    }

    /** The command of this name, or its subcommand where the name is {@code container|sub}; or null. */
    public Command find(String fullName) {
        String lower = fullName.toLowerCase(Locale.ROOT);
        int bar = lower.indexOf('|');
        if (bar < 0) {
            return byName.get(lower);
        }
        Command container = byName.get(lower.substring(0, bar));
        if (container == null) {
            return null;
        }
        String name = lower.substring(bar + 1);
        return container.subcommands().stream()
                .filter(sub -> sub.spec().name().equals(name))
                .findFirst()
                .orElse(null);
    }

    public Collection<Command> all() {
        return byName.values();
    }

    /** Commands and subcommands. */
    public List<Command> allWithSubcommands() {
        List<Command> all = new ArrayList<>();
        for (Command command : byName.values()) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        return all;
    }

    public void resetStats() {
        byName.values().forEach(Command::resetStats);
    }

    private static long prefix(Bytes name) {
        int length = name.length();
        if (length >= Long.BYTES) {
            return RawMemory.getLong(name.address()) | LOWER;
        }
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (name.at(i) & 0xffL) << (i << 3);
        }
        return word | LOWER;
    }

    private static int slot(long prefix, int length) {
        long mixed = (prefix + length) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 53) & SLOTS - 1;
    }

    /** The name as the table knows it, for messages. */
    static String lowerName(Bytes name) {
        return new String(name.toArray(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    }
}
