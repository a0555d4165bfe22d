package io.vireo.config;

import static io.vireo.config.Access.FIXED;
import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.Access.SETTABLE_ONCE_LOADED;
import static io.vireo.config.NumberTypes.bytes;
import static io.vireo.config.NumberTypes.whole;
import static io.vireo.config.TextTypes.directoryName;
import static io.vireo.config.TextTypes.fileName;
import static io.vireo.config.TextTypes.oneOf;
import static io.vireo.config.TextTypes.yesNo;

/** The options of the append-only file. */
public final class AppendOnlyOptions {
    private static final int MAX = Integer.MAX_VALUE;

    static final OptionSection SECTION = new OptionSection("Append-only file");

    public static final Option<Boolean> APPENDONLY = SECTION.option(
            "appendonly", yesNo(), false, SETTABLE_ONCE_LOADED, "Keep every write in the append-only file.");

    public static final Option<String> APPENDFILENAME = SECTION.option(
            "appendfilename",
            fileName("appendfilename", false),
            "appendonly.aof",
            FIXED,
            "What the names of its files begin with.");

    public static final Option<String> APPENDDIRNAME = SECTION.option(
            "appenddirname", directoryName("appenddirname"), "appendonlydir", FIXED, "Its directory in dir.");

    public static final Option<AppendFsync> APPENDFSYNC = SECTION.option(
            "appendfsync",
            oneOf(AppendFsync.class),
            AppendFsync.EVERYSEC,
            SETTABLE,
            "When it is flushed to disk: always, before a write is answered; once a second; or when the system does.");

    public static final Option<Boolean> NO_APPENDFSYNC_ON_REWRITE = SECTION.option(
            "no-appendfsync-on-rewrite",
            yesNo(),
            false,
            SETTABLE,
            "Do not flush it while a snapshot or a rewrite is being written.");

    public static final Option<Integer> AUTO_AOF_REWRITE_PERCENTAGE = SECTION.option(
            "auto-aof-rewrite-percentage",
            whole(0, MAX),
            100,
            SETTABLE,
            "Rewrite it once it has grown by so many percent; 0: only when asked.");

    public static final Option<Long> AUTO_AOF_REWRITE_MIN_SIZE = SECTION.option(
            "auto-aof-rewrite-min-size", bytes(0), 64L << 20, SETTABLE, "Rewrite it by itself only from this size on.");

    public static final Option<Boolean> AOF_LOAD_TRUNCATED = SECTION.option(
            "aof-load-truncated", yesNo(), true, SETTABLE, "Load a file whose end is torn, without that end.");

    public static final Option<Boolean> AOF_USE_RDB_PREAMBLE = SECTION.option(
            "aof-use-rdb-preamble", yesNo(), true, SETTABLE, "Write the base as an RDB; else as commands.");

    public static final Option<Boolean> AOF_TIMESTAMP_ENABLED = SECTION.option(
            "aof-timestamp-enabled", yesNo(), false, SETTABLE, "Note the time in it, each second that has writes.");

    public static final Option<Boolean> AOF_REWRITE_INCREMENTAL_FSYNC = SECTION.option(
            "aof-rewrite-incremental-fsync", yesNo(), true, SETTABLE, "Flush a new base to disk as it is written.");

    public static final Option<Boolean> AOF_DISABLE_AUTO_GC = SECTION.option(
            "aof-disable-auto-gc", yesNo(), false, SETTABLE, "Keep the files that a rewrite has replaced.");

    private AppendOnlyOptions() {}

    /** Whether a write is on the disk before it is answered. */
    public static boolean isAlwaysFlushed(Config config) {
        return config.get(APPENDONLY) && config.get(APPENDFSYNC) == AppendFsync.ALWAYS;
    }
}
