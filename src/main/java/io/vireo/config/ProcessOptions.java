package io.vireo.config;

import static io.vireo.config.Access.FIXED;
import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.TextTypes.oneOf;
import static io.vireo.config.TextTypes.text;
import static io.vireo.config.TextTypes.yesNo;

import java.util.List;

/** The process and those who watch it: a part of the table of {@link Options}. */
public final class ProcessOptions {
    static final OptionSection SECTION = new OptionSection("Process");

    public static final Option<Supervision> SUPERVISED = SECTION.option(
            "supervised",
            oneOf(Supervision.class),
            Supervision.NO,
            FIXED,
            "Who is told when the server is ready and when it ends; upstart is told nothing.");

    public static final Option<Boolean> SYSLOG_ENABLED =
            SECTION.option("syslog-enabled", yesNo(), false, FIXED, "Whether log lines go to /dev/log as well.");

    public static final Option<String> SYSLOG_IDENT =
            SECTION.option("syslog-ident", text(), "redis", FIXED, "The name before each line there.");

    public static final Option<String> SYSLOG_FACILITY = SECTION.option(
            "syslog-facility",
            oneOf("user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"),
            "local0",
            FIXED,
            "The facility of each line there.");

    public static final Option<OomScores> OOM_SCORE_ADJ = SECTION.option(
            "oom-score-adj",
            oneOf(OomScores.class),
            OomScores.NO,
            SETTABLE,
            "Whether the server sets its score for the kernel's killer of processes.");

    public static final Option<List<Integer>> OOM_SCORE_ADJ_VALUES = SECTION.option(
            "oom-score-adj-values",
            ListTypes.oomScores(),
            List.of(0, 200, 800),
            SETTABLE,
            "The scores of a primary, of a replica, and of a saving child, which Vireo does not have.");

    private ProcessOptions() {}
}
