package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** {@code src/docs/restarts.md}: what was seen at restarts. Written anew where {@code -Dvireo.write=pages} is given. */
final class RestartPage {
    private static final Path PAGE = Path.of("src/docs/restarts.md");

    private static final String BEGIN = """
        # What a restart costs

        A replica that comes back, or whose primary does, is sent what it lacks (partial), or a copy of everything (full).
        The table tells which, by one script that was run on nodes that are all Vireo and on nodes that are all
        redis-server 7.0.15: `RestartTableIT`, which runs it again with every build. The primary has 200 keys of 1,000
        bytes; the replica lacks ten small writes, or none. Bytes are what the primary has sent to the replica
        (`total_net_repl_output_bytes`). They differ by a few from one run to the next.

        | Who was restarted, with which file, or what else happened | Vireo | bytes | redis-server | bytes |
        | --- | --- | ---: | --- | ---: |
        """;

    private static final String END = """

        In the first part of the table Vireo's backlog reaches in all lines. In the last four nothing can be continued, and
        the log says why, in Redis's words; INFO counts each reason in a field of its own, `sync_full_` and the reason.

        | Reason | What it means |
        | --- | --- |
        | requested | the replica has no data of a stream, or does not know which |
        | unknown id | its data are of a stream that the primary never had |
        | backlog too short | the primary does not hold any more what it lacks |
        | beyond former id | it has what the primary has lost: data that are ahead |
        | ahead of us | it asks for more than was ever written under the name that it asks for |

        - A Redis's append-only file does not say where in the stream its data stand. So its replica asks for everything
          after a restart with one, and a primary takes a new id that no replica knows.
        - Where `appendonly yes` meets an RDB file and no append-only file, Redis 7.0 starts empty; Vireo loads the RDB file.
        - A primary's backlog is gone with its process, in Redis as in Vireo: a replica that lacked something then needs a
          copy. `repl-backlog-file yes` keeps it.
        """;

    private RestartPage() {}

    /** Compares the page with what is expected, or writes it, if everything was seen. */
    static void check(Map<Program, Map<RestartRow, Long>> bytes) throws IOException {
        boolean isComplete = true;
        StringBuilder page = new StringBuilder(BEGIN);
        for (RestartRow row : RestartRow.values()) {
            page.append("| ").append(row.text());
            for (Program program : new Program[] {Program.VIREO, Program.REDIS}) {
                Long seen = bytes.getOrDefault(program, Map.of()).get(row);
                RestartRow.Outcome outcome = row.outcome(program);
                isComplete &= seen != null || outcome == null;
                page.append(" | ")
                        .append(outcome == null ? "" : outcome.text())
                        .append(" | ")
                        .append(seen == null ? "" : String.format(Locale.ROOT, "%,d", seen));
            }
            page.append(" |\n");
        }
        page.append(END);
        if (!isComplete) {
            return; // some of the tests were not run, or have failed
        }
        if ("pages".equals(System.getProperty("vireo.write"))) {
            Files.writeString(PAGE, page);
        }
        String found = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        assertEquals(
                withoutBytes(page.toString()),
                withoutBytes(found),
                () -> PAGE + " is stale: run the tests with -Dvireo.write=pages");
    }

    private static String withoutBytes(String page) {
        return page.replaceAll("\\| [\\d,]+ \\|", "| |");
    }
}
