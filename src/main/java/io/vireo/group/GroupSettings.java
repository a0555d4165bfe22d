package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.Config;
import io.vireo.config.Consistency;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Endpoint;
import io.vireo.topology.VoterId;
import io.vireo.topology.VoterSet;
import io.vireo.voter.NodeSettings;
import io.vireo.voter.Timing;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the configuration says about the group.
 *
 * @param voters the fixed set of voters
 * @param timing how long things take
 * @param login how this process logs in to voters and other nodes
 */
@RunsOn(Loop.ANY)
public record GroupSettings(VoterSet voters, Timing timing, PeerLogin login) {
    private static final int LARGEST_PORT = 65_535;

    /**
     * Reads the configuration; empty where there are no voters.
     *
     * @throws IllegalArgumentException with a text for the operator, where the voters cannot be used
     */
    public static Optional<GroupSettings> of(Config config) {
        List<VoterId> voters = config.get(VoterOptions.VOTERS).stream()
                .flatMap(word -> Arrays.stream(word.split(",")))
                .filter(word -> !word.isEmpty())
                .map(GroupSettings::voter)
                .toList();
        if (voters.isEmpty()) {
            if (config.get(VoterOptions.VOTER_PORT) != 0) {
                throw new IllegalArgumentException("voter-port needs voters: who the others are");
            }
            return Optional.empty();
        }
        return Optional.of(new GroupSettings(
                new VoterSet(config.get(Options.SET_NAME), voters),
                new Timing(config.get(VoterOptions.VOTER_LEASE), config.get(VoterOptions.VOTER_DOWN_AFTER)),
                new PeerLogin(config)));
    }

    private static VoterId voter(String address) {
        try {
            Endpoint endpoint = Endpoint.of(address);
            if (!endpoint.host().isEmpty() && endpoint.port() > 0 && endpoint.port() <= LARGEST_PORT) {
                return new VoterId(address);
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("a voter is host:port, and not '" + address + "'");
    }

    static ConsistencyMode mode(Consistency consistency) {
        return switch (consistency) {
            case ASYNC -> ConsistencyMode.ASYNC;
            case STRONG -> ConsistencyMode.STRONG;
        };
    }

    static Consistency consistency(ConsistencyMode mode) {
        return switch (mode) {
            case ASYNC -> Consistency.ASYNC;
            case STRONG -> Consistency.STRONG;
        };
    }

    /** What a data node is set up with. */
    NodeSettings node(Config config) {
        return new NodeSettings(
                voters,
                timing,
                config.get(VoterOptions.MIN_SYNC_REPLICAS),
                config.get(Options.REPLICAOF).isNone(),
                mode(config.get(Options.CONSISTENCY)),
                config.get(VoterOptions.VOTER_LOST),
                config.get(VoterOptions.VOTER_STALL));
    }
}
