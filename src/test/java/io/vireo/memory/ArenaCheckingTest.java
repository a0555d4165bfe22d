package io.vireo.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.base.RawMemory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArenaCheckingTest {
    private final Arena arena = Arena.reserve(1L << 30);

    @BeforeAll
    static void needsCheckingMode() {
        assumeTrue(Arena.CHECKING, "run with -Dvireo.memory.check=true");
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static void assertFound(String what, ThrowingCallable mistake) {
        assertThatThrownBy(mistake).isInstanceOf(IllegalStateException.class).hasMessageContaining(what);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 4096, 5_000_000})
    void aBlobIsFreedOnce(int size) {
        int ref = arena.allocate(size);
        arena.free(ref);
        assertFound("live blob", () -> arena.free(ref));
        assertFound("live blob", () -> arena.address(ref));
        assertFound("live blob", () -> arena.capacity(ref));
        assertFound("live blob", () -> arena.address(0));
        assertFound("live blob", () -> arena.address(arena.allocate(64) + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 100, 128, 1024, 4096, 16_384, 50_000, 2_000_000})
    void noAccessLeavesItsBlob(int size) {
        int before = arena.allocate(size);
        int ref = arena.allocate(size);
        int after = arena.allocate(size);
        long address = arena.address(ref);
        int capacity = arena.capacity(ref);
        arena.checkRange(address, capacity);
        RawMemory.putByte(address + capacity - 1, (byte) 1);
        RawMemory.putLong(address + capacity - 8, 1);
        RawMemory.copy(arena.address(before), address, capacity);
        RawMemory.copy(address + capacity, address, 0);

        assertFound("inside one live blob", () -> RawMemory.putByte(address + capacity, (byte) 1));
        assertFound("inside one live blob", () -> RawMemory.getByte(address - 1));
        assertFound("inside one live blob", () -> RawMemory.putInt(address + capacity - 3, 1));
        assertFound("inside one live blob", () -> RawMemory.getLong(address + capacity - 7));
        assertFound("inside one live blob", () -> RawMemory.fill(address, capacity + 1L, (byte) 0));
        assertFound("inside one live blob", () -> RawMemory.copy(address, arena.address(after), capacity + 1L));
        assertFound("inside one live blob", () -> RawMemory.copyIn(new byte[9], 0, address + capacity - 8, 9));
        assertFound("inside one live blob", () -> arena.checkRange(address, capacity + 1));
        assertFound("inside one live blob", () -> arena.checkRange(address, -1));

        arena.free(ref);
        assertFound("inside one live blob", () -> RawMemory.getByte(address));
        assertFound("inside one live blob", () -> arena.checkRange(address, 1));
    }

    @Test
    void theZeroLineIsReadableAndNothingBehindIt() {
        long zero = arena.rawAddress(0);
        assertThat(RawMemory.getLong(zero + 56)).isZero();
        assertFound("inside one live blob", () -> RawMemory.getLong(zero + 60));
    }

    @Test
    void aShrunkBlobLosesItsTail() {
        int ref = arena.allocate(100_000);
        long address = arena.address(ref);
        assertThat(arena.resize(ref, 20_000, 20_000)).isEqualTo(ref);
        assertFound("inside one live blob", () -> RawMemory.getByte(address + 90_000));
        assertThat(arena.resize(ref, 20_000, 90_000)).isEqualTo(ref);
        assertThatCode(() -> RawMemory.putByte(address + 90_000, (byte) 1)).doesNotThrowAnyException();
    }

    @Test
    void theDeadAreNotCounted() {
        int kept = arena.allocate(40);
        int gone = arena.allocate(80);
        assertThat(arena.usedBytes()).isEqualTo(120);
        arena.free(gone);
        assertThat(arena.usedBytes()).isEqualTo(40);
        assertThat(arena.liveBlobs()).containsExactly(kept);
        assertThat(arena.siteOf(kept)).isNotEmpty();
    }

    @Test
    void aStaleReferenceIsFoundEvenAfterFurtherAllocations() {
        int stale = arena.allocate(48);
        arena.free(stale);
        for (int i = 0; i < 100; i++) {
            arena.free(arena.allocate(48));
        }
        assertFound("live blob", () -> arena.address(stale));
    }
}
