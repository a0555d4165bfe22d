package io.vireo.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.keyspace.Keyspace;
import io.vireo.testkit.disk.EveryMoment;
import io.vireo.testkit.disk.PowerLossDisk;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Power is lost at every change that an append-only file makes to its disk, in several ways each time: a start afterwards
 * finds what clients were told of, and refuses nothing.
 */
class AofPowerLossTest {
    /** Ways in which power is lost at each moment; more by {@code -Dvireo.losses}. */
    private static final int WAYS = Integer.getInteger("vireo.losses", 5);

    private static final int STEPS = 30;

    private final Keyspace keyspace = new Keyspace(16);
    private PowerLossDisk disk = new PowerLossDisk();
    private AofStory story = new AofStory(disk);

    @BeforeEach
    void claim() {
        keyspace.owner().claim();
    }

    private long everyMoment(EveryMoment.Scenario scenario) throws Exception {
        return EveryMoment.of(disk, WAYS, scenario, after -> story.judge(after, keyspace));
    }

    private void write(int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            story.append(1 + i % 3);
            story.sync();
        }
    }

    @Test
    void nothingThatWasToldIsLostUnderAlways() throws Exception {
        long judged = everyMoment(() -> {
            story.begin();
            write(25);
        });
        assertTrue(judged >= 200, judged + " judged");
        assertEquals(49, story.told());
    }

    @Test
    void whatIsNotFlushedIsThereWholeOrCutOff() throws Exception {
        everyMoment(() -> {
            story.begin();
            for (int i = 0; i < 24; i++) {
                story.append(1 + i % 3);
                if (i % 6 == 5) {
                    story.sync();
                    story.files().claim();
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRewriteIsDoneOrNotDone(boolean isRdb) throws Exception {
        everyMoment(() -> {
            story.begin();
            for (int round = 0; round < 3; round++) {
                write(3);
                story.append(2);
                story.startIncremental();
                write(3);
                story.append(1);
                story.install(isRdb);
                story.append(1);
                story.files().deleteHistory();
                write(2);
            }
        });
    }

    @Test
    void anotherStreamsFilesTakeThePlaceOfOursInOneStep() throws Exception {
        everyMoment(() -> {
            story.begin();
            write(3);
            story.append(1);
            story.startTemporary(true);
            write(2);
            story.abandon();
            story.startTemporary(true);
            write(3);
            story.append(1);
            story.install(true);
            story.files().deleteHistory();
            write(2);
        });
    }

    @Test
    void aBatchThatFindsTheDiskFullIsTakenBackAndComesAgain() throws Exception {
        everyMoment(() -> {
            story.begin();
            for (int i = 0; i < 6; i++) {
                write(1);
                appendToFullDisk();
                story.append(1);
                story.sync();
            }
        });
    }

    private void appendToFullDisk() throws IOException {
        long size = story.files().bytes();
        disk.fillAtWrite(1);
        assertThrows(IOException.class, () -> story.append(2));
        assertThrows(IOException.class, () -> story.again());
        disk.makeRoom();
        assertEquals(size, story.files().bytes());
        story.again();
    }

    @Test
    void aFileWhoseFlushHasFailedIsNeverTrustedAgain() throws Exception {
        everyMoment(() -> {
            story.begin();
            write(3);
            failFlush();
            long told = story.told();
            assertThrows(IOException.class, () -> story.append(1));
            assertThrows(IOException.class, () -> story.startIncremental());
            story.startTemporary(false);
            write(2);
            assertEquals(told, story.told());
            story.install(true);
            assertTrue(story.told() > told + 2);
            story.files().deleteHistory();
            write(2);
        });
    }

    private void failFlush() throws IOException {
        story.append(2);
        disk.failFlush(1);
        assertThrows(IOException.class, () -> story.sync());
        assertTrue(story.files().isBroken());
    }

    @Test
    void halfABatchThatCannotBeTakenBackEndsTheFile() throws Exception {
        everyMoment(() -> {
            story.begin();
            write(2);
            disk.refuseTruncation(true);
            disk.fillAtWrite(1);
            assertThrows(IOException.class, () -> story.append(2));
            disk.makeRoom();
            disk.refuseTruncation(false);
            assertTrue(story.files().isBroken());
            assertThrows(IOException.class, () -> story.again());
            story.startTemporary(false);
            story.install(true);
            write(2);
        });
    }

    @Test
    void aStartThatLosesPowerToo() throws Exception {
        long[] judged = new long[1];
        EveryMoment.of(
                disk,
                WAYS,
                () -> {
                    story.begin();
                    for (int i = 0; i < 4; i++) {
                        story.append(3);
                        story.append(1);
                        story.sync();
                    }
                },
                after -> {
                    Keyspace other = new Keyspace(16);
                    other.owner().claim();
                    judged[0] += EveryMoment.of(
                            after,
                            2,
                            () -> AofStory.start(after, other),
                            afterThat -> story.judge(afterThat, keyspace));
                    other.close();
                });
        assertTrue(judged[0] > 300, judged[0] + " judged");
    }

    @Test
    void whatAnotherServerHasWrittenIsKeptWhileOursComesBehindIt() throws Exception {
        story.writtenByAnother(5);
        long judged = everyMoment(() -> {
            story.restart(keyspace);
            write(6);
        });
        assertTrue(judged >= 50, judged + " judged");
        assertEquals(17, story.told());
        assertEquals(1, story.files().manifest().incremental().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverComesToPass(long seed) throws Exception {
        Random random = new Random(seed);
        everyMoment(() -> {
            story.begin();
            for (int i = 0; i < STEPS; i++) {
                something(random);
            }
        });
    }

    private void something(Random random) throws Exception {
        int what = random.nextInt(100);
        if (what < 60) {
            story.append(1 + random.nextInt(3));
            if (random.nextInt(3) > 0) {
                story.sync();
            }
        } else if (what < 65) {
            story.files().claim();
        } else if (what < 80) {
            rewrite(random);
        } else if (what < 85) {
            story.startTemporary(random.nextBoolean());
        } else if (what < 91) {
            story.restart(keyspace);
        } else if (what < 97) {
            appendToFullDisk();
        } else {
            failFlush();
            story.startTemporary(false);
        }
    }

    private void rewrite(Random random) throws IOException {
        if (story.isRewriting()) {
            story.install(random.nextBoolean());
            if (random.nextBoolean()) {
                story.files().deleteHistory();
            }
        } else {
            story.startIncremental();
        }
    }

    /** What a test has go wrong, at the n-th time. */
    enum Mishap {
        FLUSH_FAILS,
        DISK_IS_FULL;

        private void happenTo(PowerLossDisk disk, int n) {
            if (this == FLUSH_FAILS) {
                disk.failFlush(n);
            } else {
                disk.fillAtWrite(n);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mishap.class)
    void aRewriteOfWhichAnyFlushOrWriteFails(Mishap mishap) throws Exception {
        int n = 1;
        while (failsAt(n, mishap, false)) {
            n++;
        }
        assertTrue(n > 5, "only " + n + " things to fail");
    }

    @ParameterizedTest
    @EnumSource(Mishap.class)
    void aBaseForAnotherStreamOfWhichAnyFlushOrWriteFails(Mishap mishap) throws Exception {
        int n = 1;
        while (failsAt(n, mishap, true)) {
            n++;
        }
        assertTrue(n > 5, "only " + n + " things to fail");
    }

    /** Rewrites, with the n-th thing that may fail failing; goes on as a node does. Returns whether there was an n-th. */
    private boolean failsAt(int n, Mishap mishap, boolean isOther) throws Exception {
        disk = new PowerLossDisk();
        story = new AofStory(disk);
        boolean[] failed = new boolean[1];
        everyMoment(() -> {
            story.begin();
            write(2);
            mishap.happenTo(disk, n);
            try {
                if (isOther) {
                    story.startTemporary(true);
                } else {
                    story.startIncremental();
                }
                write(1);
                story.install(true);
            } catch (IOException e) {
                failed[0] = true;
            }
            disk.makeRoom();
            disk.failFlush(Long.MAX_VALUE);
            goOn();
            story.files().deleteHistory();
            write(1);
        });
        assertTrue(story.told() > 0);
        return failed[0];
    }

    /** As a node does after a failure: a file that is not trusted any more is replaced, what is not appended comes again. */
    private void goOn() throws IOException {
        if (story.isOff() || story.isWithoutBase() || story.files().isBroken()) {
            story.startTemporary(false);
            write(1);
            story.install(true);
        } else {
            if (story.isWaiting()) {
                story.again();
            }
            write(2);
        }
    }

    @Test
    void aFileWithoutABaseIsNotTrustedAfterAFailedFlushEither() throws Exception {
        everyMoment(() -> {
            story.begin();
            write(2);
            story.startTemporary(true);
            failFlush();
            assertThrows(IOException.class, () -> story.install(true));
            story.startTemporary(false);
            story.install(true);
            write(1);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverFails(long seed) throws Exception {
        Random random = new Random(seed);
        int[] failures = new int[1];
        everyMoment(() -> {
            story.begin();
            for (int i = 0; i < STEPS; i++) {
                if (random.nextInt(3) == 0) {
                    disk.failFlush(1 + random.nextInt(6));
                } else if (random.nextInt(4) == 0) {
                    disk.fillAtWrite(1 + random.nextInt(4));
                }
                try {
                    step(random);
                } catch (IOException e) {
                    failures[0]++;
                    disk.makeRoom();
                }
            }
        });
        assertTrue(failures[0] > 3, failures[0] + " failures");
    }

    /** What a node does next, which may fail: it has a new base made where a file cannot be trusted any more. */
    private void step(Random random) throws IOException {
        if (story.isOff() || story.files().isBroken()) {
            story.startTemporary(random.nextInt(4) == 0);
        } else if (story.isWaiting()) {
            story.again();
        } else if (random.nextInt(4) == 0) {
            rewrite(random);
        } else {
            story.append(1 + random.nextInt(3));
            story.sync();
        }
    }
}
