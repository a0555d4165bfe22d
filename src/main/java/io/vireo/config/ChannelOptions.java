package io.vireo.config;

import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.NumberTypes.large;

/** Options of channels: what is published of keys, and what is remembered of clients that keep copies. */
public final class ChannelOptions {
    static final OptionSection SECTION = new OptionSection("Channels and copies at clients");

    public static final Option<KeyspaceEvents> NOTIFY_KEYSPACE_EVENTS = SECTION.option(
            "notify-keyspace-events",
            KeyspaceEvents.type(),
            KeyspaceEvents.NONE,
            SETTABLE,
            "Which events of keys are published: K or E for the channels, and classes of events.");

    public static final Option<Long> TRACKING_TABLE_MAX_KEYS = SECTION.option(
            "tracking-table-max-keys",
            large(0, Long.MAX_VALUE),
            1_000_000L,
            SETTABLE,
            "Keys that are remembered because clients keep copies of them; 0: no limit.");

    private ChannelOptions() {}
}
