package io.vireo.sentinel;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterId;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** INFO's {@code Voters}: how a group with voters stands, as the process that is asked knows it. */
public final class VotersSection implements InfoSection {
    private final Supplier<VoterFacts> source;

    public VotersSection(Supplier<VoterFacts> source) {
        this.source = source;
    }

    @Override
    public String title() {
        return "Voters";
    }

    @Override
    public void write(InfoText out) {
        VoterFacts facts = source.get();
        String voters = facts.voters().voters().stream().map(VoterId::address).collect(Collectors.joining(","));
        out.field("voter_set", facts.voters().name())
                .field("voters", voters)
                .field("voters_majority", facts.voters().majority())
                .field("voters_reachable", facts.reachable())
                .field("voter_epoch", facts.epoch().number());
        facts.record().ifPresent(record -> write(record, out));
        facts.primaryAddress().ifPresent(address -> out.field("voter_primary_address", address));
        facts.leaseLeftMs().ifPresent(ms -> out.field("lease_remaining_ms", Math.max(0, ms)));
    }

    private static void write(GroupRecord record, InfoText out) {
        String members =
                record.inSync().stream().map(member -> member.node().text()).collect(Collectors.joining(","));
        out.field("voter_record_epoch", record.epoch().number())
                .field("voter_record_seq", record.seq())
                .field("voter_primary", record.primary().text())
                .field("voter_in_sync", members)
                .field("voter_consistency", record.mode().name().toLowerCase(Locale.ROOT));
    }
}
