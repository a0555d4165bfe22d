package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors that quote what a client sent do so byte by byte. */
class QuotedWordsTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"no\\xff\" \"\\xc3\\xa9\" \"\\xc3\"|ERR unknown command 'no\u00ff', with args beginning with:"
                        + " '\u00c3\u00a9' '\u00c3' ",
                "\"no\\x00more\" \"a\\x00b\"|ERR unknown command 'no', with args beginning with: 'a' ",
                "\"a\\r\\nb\"|ERR unknown command 'a  b', with args beginning with: ",
                "CLIENT \"\\xfe\\xff\"|ERR unknown subcommand '\u00fe\u00ff'. Try CLIENT HELP.",
                "XREADGROUP GROUP \"\\xf0\" c STREAMS \"\\x80\" >|NOGROUP No such key '\u0080' or consumer group"
                        + " '\u00f0' in XREADGROUP with GROUP option",
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void theClientsOwnBytesComeBack(String line, String error) {
        assertEquals("-" + error + "\r\n", server.run(line));
    }

    @ParameterizedTest
    @CsvSource({"130, 10", "60, 80", "64, 64"})
    void onlyTheFirstBytesAreShown(int first, int second) {
        String words = server.run("nope " + "\"" + "\\xc3\\xa9".repeat(first / 2) + "\" " + "y".repeat(second));
        String shown = "'" + "\u00c3\u00a9".repeat(Math.min(128, first) / 2) + "' ";
        int left = 128 - shown.length();
        shown += left > 0 ? "'" + "y".repeat(Math.min(left, second)) + "' " : "";
        assertEquals("-ERR unknown command 'nope', with args beginning with: " + shown + "\r\n", words);
    }
}
