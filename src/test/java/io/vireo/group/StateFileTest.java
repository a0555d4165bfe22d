package io.vireo.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.voter.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path dir;

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private StateFile file(Path path) {
        return new StateFile(
                vertx, new DurableFile(path), "a file", new ServerLog(dir.resolve("log"), LogLevel.WARNING));
    }

    @Test
    void contentsAreWrittenInTheOrderInWhichTheyWereGiven() throws Exception {
        Path path = dir.resolve("state");
        List<Integer> written = new CopyOnWriteArrayList<>();
        List<Future<Void>> all = new ArrayList<>();
        vertx.runOnContext(turn -> {
            StateFile file = file(path);
            for (int i = 0; i < 20; i++) {
                int number = i;
                all.add(file.replace(Integer.toString(i).getBytes(StandardCharsets.US_ASCII))
                        .onSuccess(done -> written.add(number)));
            }
        });
        while (all.size() < 20) {
            Thread.onSpinWait();
        }
        Future.all(all).await(10, TimeUnit.SECONDS);
        assertEquals("19", Files.readString(path));
        assertThat(written).isSorted().hasSize(20);
    }

    @Test
    void whatCannotBeWrittenIsToldAndLogged() throws IOException {
        Future<Void> failed = file(dir.resolve("no/such/directory/state")).replace(new byte[1]);
        while (!failed.isComplete()) {
            Thread.onSpinWait();
        }
        assertThat(failed.failed()).isTrue();
        assertThat(Files.readString(dir.resolve("log"))).contains("Writing a file: ");
    }
}
