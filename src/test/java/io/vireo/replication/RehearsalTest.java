package io.vireo.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RehearsalTest {
    @ParameterizedTest
    @EnumSource(Medium.class)
    void theReplicaThatIsPlayedGetsItsCopyAndTheStream(Medium medium) {
        assertThat(new Rehearsal().play(medium)).isPositive();
    }
}
