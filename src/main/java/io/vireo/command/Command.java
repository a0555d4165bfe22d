package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A command as one node has it: its row, what is counted about it, and which gates it has to pass. */
@RunsOn(Loop.KEYSPACE)
public final class Command {
    /** Commands that look at keys nobody named: what they find expired is no part of what they do. */
    private static final Set<String> MEETING_ANY_KEY = Set.of("keys", "scan", "randomkey");

    private final CommandSpec spec;
    private final String group;
    private final String fullName;
    private final boolean write;
    private final boolean mayReplicate;
    private final boolean noMulti;
    private final boolean meetsAnyKey;
    private final boolean touch;
    private final boolean denyOom;
    private final int firstKey;
    private final List<Command> subcommands = new ArrayList<>();

    /** Set by the dispatcher: the gates that concern this command, a bit each. */
    long gates;

    long calls;
    long microseconds;
    long nanoRest;
    long rejected;
    long failed;
    private LatencyHistogram latencies;

    Command(CommandSpec spec, String group, String container) {
        this.spec = spec;
        this.group = group;
        this.fullName = container == null ? spec.name() : container + "|" + spec.name();
        this.write = spec.has(CommandFlag.WRITE);
        this.mayReplicate = spec.mayReplicate();
        this.noMulti = spec.has(CommandFlag.NO_MULTI);
        this.meetsAnyKey = MEETING_ANY_KEY.contains(fullName);
        this.touch = spec.name().equals("touch");
        this.denyOom = spec.has(CommandFlag.DENYOOM);
        this.firstKey = !spec.keys().isEmpty()
                        && spec.keys().getFirst().begin() instanceof KeySpec.Begin.Index(int index, String unless)
                ? index
                : 0;
        for (CommandSpec sub : spec.subcommands()) {
            subcommands.add(new Command(sub, group, spec.name()));
        }
    }

    public CommandSpec spec() {
        return spec;
    }

    /** The name of its group in COMMAND DOCS. */
    public String group() {
        return group;
    }

    /** The name, for a subcommand as {@code container|name}. */
    public String fullName() {
        return fullName;
    }

    public List<Command> subcommands() {
        return subcommands;
    }

    /** The word that is the first key, or 0 where that is not fixed or there is none. */
    int firstKey() {
        return firstKey;
    }

    public boolean isWrite() {
        return write;
    }

    /** Whether it may have an effect that goes to replicas: as a write, or as PUBLISH. */
    boolean mayReplicate() {
        return mayReplicate;
    }

    /** Whether it may take more memory, and is refused where there is none. */
    public boolean isDenyOom() {
        return denyOom;
    }

    /** Whether it is there to make a use of keys, also for a client whose commands leave no trace. */
    boolean isTouch() {
        return touch;
    }

    boolean isRefusedInMulti() {
        return noMulti;
    }

    /** Whether keys that it meets by the way may be deleted for being over: each then goes into the stream alone. */
    boolean meetsAnyKey() {
        return meetsAnyKey;
    }

    public long calls() {
        return calls;
    }

    public long microseconds() {
        return microseconds;
    }

    public long rejected() {
        return rejected;
    }

    public long failed() {
        return failed;
    }

    /** The subcommand of this name in any case, or null. */
    public Command subcommand(Bytes name) {
        for (Command sub : subcommands) {
            if (name.isWord(sub.spec.name())) {
                return sub;
            }
        }
        return null;
    }

    void spent(long nanos) {
        calls++;
        spentMore(nanos);
    }

    /** What the end of a call took that has waited in between. */
    void spentMore(long nanos) {
        nanoRest += nanos;
        if (nanoRest >= 1000) {
            microseconds += nanoRest / 1000;
            nanoRest %= 1000;
        }
    }

    /** Counts how long a call took that has come to its end. */
    void took(long nanos) {
        if (latencies == null) {
            latencies = new LatencyHistogram();
        }
        latencies.record(nanos);
    }

    /** How long the calls took since that was last reset; null where none was counted. */
    LatencyHistogram latencies() {
        return latencies;
    }

    void resetStats() {
        latencies = null;
        calls = 0;
        microseconds = 0;
        nanoRest = 0;
        rejected = 0;
        failed = 0;
        subcommands.forEach(Command::resetStats);
    }
}
