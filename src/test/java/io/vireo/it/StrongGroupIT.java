package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A group in strong mode that flushes always: whatever befalls it, nothing that it has acknowledged is lost. */
@Tag("alone")
class StrongGroupIT {
    private static CutNetwork network;
    private static String noNetwork = "";

    @RegisterExtension
    private static final SharedGroup SHARED =
            new SharedGroup(StrongGroupIT::places, "appendonly yes", "appendfsync always", "consistency strong");

    private static List<Place> places() {
        try {
            network = CutNetwork.of(3);
            return network.places();
        } catch (UncheckedIOException e) {
            noNetwork = "no network namespaces here: " + e.getMessage();
            return Collections.nCopies(3, Place.LOOPBACK);
        }
    }

    @AfterAll
    static void takeAway() {
        if (network != null) {
            network.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KILL_PRIMARY", "KILL_ALL", "HANDOVER", "FREEZE_PRIMARY"})
    void nothingIsLostWhenNodesEndOrStandStill(Fault fault) {
        assertNothingLost(fault);
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT_PRIMARY", "CUT_FROM_WATCHERS", "DEAF_PRIMARY", "FLAPPING_LINK"})
    void nothingIsLostWhenTheNetworkIsCut(Fault fault) {
        assumeTrue(network != null, noNetwork);
        assertNothingLost(fault);
    }

    private static void assertNothingLost(Fault fault) {
        Trial trial = Trial.of(fault, SHARED.group(), network);
        assertThat(trial.lost())
                .describedAs("acknowledged writes that are gone")
                .isEmpty();
        assertThat(trial.twoPrimariesMs()).isZero();
        assertThat(trial.acknowledged()).isNotEmpty();
    }
}
