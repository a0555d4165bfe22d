package io.vireo.config;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The settings of one node: a value for each option.
 *
 * <p>Values are read on any thread. They are changed on the node's keyspace thread once it runs, and listeners are
 * called there. A listener sees a value that all of a CONFIG SET has accepted; an {@link Applier} may still refuse, and
 * then all of it is rolled back.
 */
@RunsOn(Loop.ANY)
public final class Config {
    private static final Path START_DIRECTORY = Path.of("").toAbsolutePath();

    /** Carries a new value into effect, where that can fail. */
    @FunctionalInterface
    public interface Applier {
        /**
         * Makes what the configuration now says true. Called again with the old values where a later one is refused.
         *
         * @throws ConfigRefusal with the reason, if it cannot; nothing must have changed then
         */
        void apply() throws ConfigRefusal;
    }

    private final Map<Option<?>, Object> values = new ConcurrentHashMap<>();
    private final Map<Option<?>, List<Runnable>> listeners = new HashMap<>();
    private final Map<Option<?>, List<Applier>> appliers = new HashMap<>();
    private final Set<Option<?>> given = new HashSet<>();
    private final List<RenamedCommand> renamedCommands = new ArrayList<>();
    private final Map<String, Supplier<List<String>>> otherLines = new LinkedHashMap<>();
    private Path file;

    private Config(Path startDirectory) {
        for (Option<?> option : Options.ALL) {
            values.put(option, option.defaultValue());
        }
        values.put(Options.DIR, startDirectory);
    }

    /** Every option at its default, {@code dir} being where this process was started. */
    public static Config defaults() {
        return new Config(START_DIRECTORY);
    }

    /** Every option at its default, relative names being found from {@code startDirectory}. */
    static Config startingIn(Path startDirectory) {
        return new Config(startDirectory.toAbsolutePath().normalize());
    }

    /**
     * The configuration that these lines make, for tests and embedding.
     *
     * @throws IllegalArgumentException if a line is refused, with Redis's message
     */
    public static Config of(String... lines) {
        Config config = defaults();
        try {
            new ConfigFile(config).read(Words.of(String.join("\n", lines)));
        } catch (ConfigFile.Fatal fatal) {
            throw new IllegalArgumentException(fatal.report());
        }
        return config;
    }

    /** The value now. Hot code keeps its own field and listens instead. */
    @SuppressWarnings("unchecked") // put() and the constructor store only values of the option's type
    public <T> T get(Option<T> option) {
        return (T) values.get(option);
    }

    /** The value as CONFIG GET shows it, a word. */
    public String print(Option<?> option) {
        return printValue(option);
    }

    private <T> String printValue(Option<T> option) {
        return option.type().print(get(option));
    }

    /**
     * CONFIG GET: what these names and patterns show.
     *
     * @param patterns words; one without a wildcard is a name in any case, and is answered as it was written
     * @return names, aliases being names of their own, and values, all words; each name once
     */
    public Map<String, String> match(List<String> patterns) {
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (String word : patterns) {
            Bytes pattern = Bytes.copyOf(Words.bytes(word));
            if (Glob.isPattern(pattern)) {
                Options.matching(pattern).forEach((name, option) -> show(name, option, found, seen));
            } else if (Options.find(word) != null) {
                show(word, Options.find(word), found, seen);
            }
        }
        return found;
    }

    private void show(String name, Option<?> option, Map<String, String> found, Set<String> seen) {
        if (seen.add(name.toLowerCase(Locale.ROOT))) {
            found.put(name, print(option));
        }
    }

    /** Where files of this name are: found from {@code dir}, which is absolute. */
    public Path path(Option<String> fileOption) {
        return get(Options.DIR).resolve(get(fileOption));
    }

    /** The configuration file this node was started with; null if there was none. */
    public Path file() {
        return file;
    }

    void file(Path startFile) {
        this.file = startFile;
    }

    /** Has CONFIG REWRITE write lines that are no option's, as those of users are; {@code lines} are whole ones, words. */
    public void onRewrite(String directive, Supplier<List<String>> lines) {
        otherLines.put(directive, lines);
    }

    /**
     * CONFIG REWRITE: the file says from now on what is set now.
     *
     * <p>It is replaced in one step, and is on the disk when this returns, which is a matter of milliseconds for whoever
     * asks for it; the caller's thread waits.
     *
     * @throws ConfigRefusal with the text of the error for the client, if there is no file or it cannot be written
     */
    public void rewrite() throws ConfigRefusal {
        rewrite(false);
    }

    /** The same with a line for every option, also where it is as it would be without one. */
    public void rewriteInFull() throws ConfigRefusal {
        rewrite(true);
    }

    private void rewrite(boolean full) throws ConfigRefusal {
        if (file == null) {
            throw new ConfigRefusal("ERR The server is running without a config file");
        }
        try {
            String old = Files.exists(file) ? Words.ofBytes(Files.readAllBytes(file)) : "";
            FileReplacement.write(file, Words.bytes(rewritten(old, full)));
        } catch (IOException e) {
            throw new ConfigRefusal("ERR Rewriting config file: " + ConfigFile.reason(e));
        }
    }

    /** What a file of this text becomes. */
    String rewritten(String oldText) {
        return rewritten(oldText, false);
    }

    private String rewritten(String oldText, boolean full) {
        ConfigRewrite rewrite = new ConfigRewrite(oldText);
        for (Option<?> option : Options.ALL) {
            rewrite.say(option.name(), lines(option, full));
        }
        otherLines.forEach((name, lines) -> rewrite.say(
                name,
                lines.get().stream().map(line -> new ConfigLine(line, true)).toList()));
        return rewrite.text();
    }

    private <T> List<ConfigLine> lines(Option<T> option, boolean full) {
        List<ConfigLine> lines = option.type().lines(option.name(), get(option), option.defaultValue());
        return full
                ? lines.stream().map(line -> new ConfigLine(line.text(), true)).toList()
                : lines;
    }

    /** The {@code rename-command} lines, in order. */
    public List<RenamedCommand> renamedCommands() {
        return List.copyOf(renamedCommands);
    }

    void rename(RenamedCommand renamed) {
        renamedCommands.add(renamed);
    }

    /** Whether the file or the command line gave this option. */
    public boolean isGiven(Option<?> option) {
        return given.contains(option);
    }

    /** What the log should say once: each option given that has no effect, and why. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (Option<?> option : Options.ALL) {
            if (option.isIdle() && !get(option).equals(option.defaultValue())) {
                remarks.add("Option '" + option.name() + "' is accepted and has no effect: " + option.text());
            }
        }
        return remarks;
    }

    /** Calls {@code listener} with each new value, once it is settled. */
    public <T> void onChange(Option<T> option, Consumer<? super T> listener) {
        listeners.computeIfAbsent(option, any -> new ArrayList<>()).add(() -> listener.accept(get(option)));
    }

    /** Calls {@code applier} when one of these options has a new value; once, if several of them have. */
    public void onApply(Applier applier, Option<?>... options) {
        for (Option<?> option : options) {
            appliers.computeIfAbsent(option, any -> new ArrayList<>()).add(applier);
        }
    }

    /** Gives an option a value from within the server, as REPLICAOF does, and tells the listeners. */
    public <T> void put(Option<T> option, T value) {
        if (!value.equals(values.put(option, value))) {
            tell(Set.of(option));
        }
    }

    /** Reads one line of the file: {@code words} are the arguments after the option's name. */
    <T> void read(Option<T> option, List<String> words) throws ConfigRefusal {
        OptionType<T> type = option.type();
        boolean several = type.isList() && words.size() == 1;
        List<String> arguments = several ? Words.split(words.getFirst()) : words;
        if (arguments == null || several && arguments.isEmpty()) {
            arguments = words;
        }
        T value = type.parse(arguments, get(option));
        boolean again = !given.add(option);
        values.put(option, again ? type.join(get(option), value) : value);
    }

    /**
     * CONFIG SET: sets all of these options, or none.
     *
     * @param pairs names and values, as words, in turn
     * @param isLocal whether the client is on this machine, for what {@code enable-protected-configs local} guards
     * @param isLoading whether the data set is being loaded
     * @throws ConfigRefusal with the whole error line for the client, its code first
     */
    public void set(List<String> pairs, boolean isLocal, boolean isLoading) throws ConfigRefusal {
        if (pairs.isEmpty() || pairs.size() % 2 != 0) {
            throw new ConfigRefusal("ERR syntax error");
        }
        List<Setting> settings = settings(pairs, isLocal, isLoading);
        Map<Option<?>, Object> before = new LinkedHashMap<>();
        try {
            Map<Applier, Setting> toApply = new LinkedHashMap<>();
            for (Setting setting : settings) {
                Object old = values.get(setting.option);
                if (parse(setting.option, setting)) {
                    before.putIfAbsent(setting.option, old);
                    for (Applier applier : appliers.getOrDefault(setting.option, List.of())) {
                        toApply.putIfAbsent(applier, setting);
                    }
                }
            }
            apply(toApply, before);
        } catch (ConfigRefusal refusal) {
            values.putAll(before);
            throw refusal;
        }
        tell(before.keySet());
    }

    /** Finds the options and refuses those that may not be set, the first mistake first. */
    private List<Setting> settings(List<String> pairs, boolean isLocal, boolean isLoading) throws ConfigRefusal {
        List<Setting> settings = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            String name = pairs.get(i);
            Option<?> option = Options.find(name);
            if (option == null) {
                throw new ConfigRefusal("ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
            }
            Access access = option.access();
            if (access.isFixed()
                    && !(access == Access.FIXED_AS_IT_IS && pairs.get(i + 1).equals(print(option)))) {
                throw refusal(name, "can't set immutable config");
            }
            if (access.isProtected() && !allowsProtected(isLocal)) {
                throw refusal(name, "can't set protected config");
            }
            if (access.waitsForLoading() && isLoading) {
                throw new ConfigRefusal("LOADING Redis is loading the dataset in memory");
            }
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw refusal(name, "duplicate parameter");
            }
            settings.add(new Setting(option, name.toLowerCase(Locale.ROOT), pairs.get(i + 1)));
        }
        return settings;
    }

    private boolean allowsProtected(boolean isLocal) {
        return switch (get(Options.ENABLE_PROTECTED_CONFIGS)) {
            case YES -> true;
            case LOCAL -> isLocal;
            case NO -> false;
        };
    }

    /** Reads and stores one value. Returns whether it is another than before. */
    private <T> boolean parse(Option<T> option, Setting setting) throws ConfigRefusal {
        OptionType<T> type = option.type();
        List<String> words = type.isList() ? Words.splitAtBlanks(setting.value) : List.of(setting.value);
        try {
            T value = type.parse(words, get(option));
            return !value.equals(values.put(option, value));
        } catch (ConfigRefusal refusal) {
            throw refusal(setting.name, refusal.reason());
        }
    }

    private void apply(Map<Applier, Setting> toApply, Map<Option<?>, Object> before) throws ConfigRefusal {
        List<Applier> applied = new ArrayList<>();
        for (Map.Entry<Applier, Setting> step : toApply.entrySet()) {
            try {
                step.getKey().apply();
                applied.add(step.getKey());
            } catch (ConfigRefusal refusal) {
                values.putAll(before);
                applied.reversed().forEach(Config::applyAgain);
                throw refusal(step.getValue().name, refusal.reason());
            }
        }
    }

    private static void applyAgain(Applier applier) {
        try {
            applier.apply();
        } catch (ConfigRefusal refusal) {
            // The client is told of the refusal that began the way back; what is said here held a moment ago.
        }
    }

    private void tell(Set<Option<?>> changed) {
        for (Option<?> option : changed) {
            listeners.getOrDefault(option, List.of()).forEach(Runnable::run);
        }
    }

    private static ConfigRefusal refusal(String name, String reason) {
        return new ConfigRefusal("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
    }

    /** One pair of a CONFIG SET. */
    private record Setting(Option<?> option, String name, String value) {}
}
