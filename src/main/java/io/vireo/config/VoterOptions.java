package io.vireo.config;

import static io.vireo.config.Access.FIXED_AS_IT_IS;
import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.NumberTypes.large;
import static io.vireo.config.NumberTypes.port;
import static io.vireo.config.NumberTypes.whole;
import static io.vireo.config.TextTypes.filePath;
import static io.vireo.config.TextTypes.oneOf;
import static io.vireo.config.TextTypes.words;

import java.util.List;

/** The options of the voters, which say who leads. */
public final class VoterOptions {
    private static final long LONGEST_MS = 3_600_000;

    static final OptionSection SECTION = new OptionSection("Voters and the strong mode");

    public static final Option<List<String>> VOTERS = SECTION.option(
            "voters",
            words(64, "Too many voters specified."),
            List.of(),
            FIXED_AS_IT_IS,
            "The voters that say who leads, host:port each, by blanks or commas: an odd number, and the same"
                    + " everywhere; empty: nobody but the operator does.");

    public static final Option<Integer> VOTER_PORT = SECTION.option(
            "voter-port",
            port(),
            0,
            FIXED_AS_IT_IS,
            "TCP port on which this process is one of the voters, and speaks Sentinel's protocol; 0: it is none."
                    + " With port 0 it is nothing else.");

    public static final Option<String> VOTER_DIR = SECTION.option(
            "voter-dir", filePath(), "", FIXED_AS_IT_IS, "Where the voter keeps its file; empty: in dir.");

    public static final Option<Long> VOTER_DOWN_AFTER = SECTION.option(
            "voter-down-after-milliseconds",
            large(50, LONGEST_MS),
            500L,
            FIXED_AS_IT_IS,
            "Silence after which a node is suspected.");

    public static final Option<Long> VOTER_LEASE = SECTION.option(
            "voter-lease-milliseconds",
            large(100, LONGEST_MS),
            800L,
            FIXED_AS_IT_IS,
            "How long the primary may take writes after a majority of the voters was last asked; the same everywhere.");

    public static final Option<Long> VOTER_STALL = SECTION.option(
            "voter-stall-milliseconds",
            large(100, LONGEST_MS),
            5_000L,
            FIXED_AS_IT_IS,
            "How long one command may take before the primary gives up its lease.");

    public static final Option<VoterLost> VOTER_LOST = SECTION.option(
            "voter-lost",
            oneOf(VoterLost.class),
            VoterLost.REFUSE,
            FIXED_AS_IT_IS,
            "Whether a primary that no majority of the voters answers goes on taking writes, as Redis does: two"
                    + " primaries are possible then.");

    public static final Option<Integer> MIN_SYNC_REPLICAS = SECTION.option(
            "min-sync-replicas",
            whole(0, 64),
            1,
            SETTABLE,
            "With consistency strong: nodes besides the primary that must hold a write before it is answered, or it is"
                    + " refused.");

    public static final Option<Long> STRONG_TIMEOUT = SECTION.option(
            "strong-timeout-milliseconds",
            large(1, LONGEST_MS),
            5_000L,
            SETTABLE,
            "With consistency strong: how long an answer waits, before the client is told that its outcome is"
                    + " uncertain.");

    private VoterOptions() {}
}
