package io.vireo.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopDelayTest {
    private final LoopDelay delay = new LoopDelay(100);
    private long nowNanos = 1;

    private void comeAfter(long ms) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(ms);
        delay.came(nowNanos);
    }

    @Test
    void whatComesLateIsCountedAndWhatComesEarlyIsNot() {
        comeAfter(0);
        comeAfter(100);
        comeAfter(130);
        comeAfter(70);
        assertThat(delay.count()).isEqualTo(3);
        assertThat(delay.sumNanos()).isEqualTo(30_000_000);
        assertThat(delay.largestNanos()).isEqualTo(30_000_000);
    }

    @Test
    void theLargestIsForgottenAfterAMinute() {
        comeAfter(0);
        comeAfter(600);
        for (int i = 0; i < 250; i++) {
            comeAfter(100);
        }
        assertThat(delay.largestNanos()).isEqualTo(500_000_000);
        for (int i = 0; i < 700; i++) {
            comeAfter(100);
        }
        assertThat(delay.largestNanos()).isZero();
    }
}
