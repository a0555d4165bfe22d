package io.vireo.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AofManifestTest {
    private static final String PREFIX = "appendonly.aof";

    @Test
    void itsTextIsReadBack() throws AofException {
        String text = """
            file appendonly.aof.2.base.rdb seq 2 type b
            file appendonly.aof.1.incr.aof seq 1 type h
            file appendonly.aof.2.incr.aof seq 2 type i
            file appendonly.aof.3.incr.aof seq 3 type i
            """;
        AofManifest manifest = AofManifest.parse(text);
        assertEquals(text, manifest.text());
        assertEquals("appendonly.aof.3.incr.aof", manifest.current().name());
        assertEquals(3, manifest.loaded().size());
    }

    @Test
    void aNameWithBlanksIsQuoted() throws AofException {
        AofFile odd = new AofFile(" a\nb \"c\".1.incr.aof", 1, AofFile.Type.INCREMENTAL);
        AofManifest manifest = AofManifest.EMPTY.with(odd);
        assertEquals("file \" a\\nb \\\"c\\\".1.incr.aof\" seq 1 type i\n", manifest.text());
        assertEquals(manifest, AofManifest.parse(manifest.text()));
    }

    @Test
    void commentsAndWhatLaterVersionsAddArePassedOver() throws AofException {
        AofManifest manifest = AofManifest.parse("# by hand\nfile a seq 1 type i startoffset 5\n");
        assertEquals("file a seq 1 type i\n", manifest.text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                                                      | Found an empty AOF manifest
        file a seq 1 type x;                                    | Unknown AOF file type
        filx a seq 1 type b;                                    | Invalid AOF manifest file format
        file a seq 0 type b;                                    | Invalid AOF manifest file format
        file a type b;                                          | Invalid AOF manifest file format
        file a seq 1 type b more;                               | Invalid AOF manifest file format
        file a seq 1 type b                                     | Invalid AOF manifest file format
        file a seq 1 type i;;                                   | Invalid AOF manifest file format
        file dir/a seq 1 type b;                                | File can't be a path, just a filename
        file a seq 1 type b;file b seq 2 type b;                | Found duplicate base file information
        file a seq 2 type i;file b seq 1 type i;                | Found a non-monotonic sequence number
        file a seq 1 type i;file b seq 1 type i;                | Found a non-monotonic sequence number
        """)
    void whatIsWrongIsRefusedInRedissWords(String lines, String why) {
        String text = lines.replace(';', '\n');
        AofException refusal = assertThrows(AofException.class, () -> AofManifest.parse(text));
        assertTrue(refusal.getMessage().endsWith(why), refusal.getMessage());
    }

    @Test
    void aLineThatIsTooLongIsRefused() {
        String text = "file " + "a".repeat(1_100) + " seq 1 type b\n";
        AofException refusal = assertThrows(AofException.class, () -> AofManifest.parse(text));
        assertTrue(refusal.getMessage().endsWith("The AOF manifest file contains too long line"));
    }

    @Test
    void aRewriteMakesHistoryOfAllButTheFileThatFollowsTheBase() {
        AofManifest manifest = AofManifest.EMPTY;
        manifest = new AofManifest(manifest.nextBase(PREFIX, true), List.of(), List.of());
        manifest = manifest.with(manifest.nextIncremental(PREFIX));
        manifest = manifest.with(manifest.nextIncremental(PREFIX));
        manifest = manifest.rewritten(manifest.nextBase(PREFIX, false), manifest.current());
        assertEquals("""
            file appendonly.aof.2.base.aof seq 2 type b
            file appendonly.aof.1.incr.aof seq 1 type h
            file appendonly.aof.1.base.rdb seq 1 type h
            file appendonly.aof.2.incr.aof seq 2 type i
            """, manifest.text());
    }

    @Test
    void incrementalFilesAreCountedOnWhereOnlyHistoryIsLeft() {
        AofManifest manifest = AofManifest.EMPTY.with(new AofFile("a.7.incr.aof", 7, AofFile.Type.INCREMENTAL));
        manifest = manifest.rewritten(manifest.nextBase("a", true), null);
        assertEquals("a.8.incr.aof", manifest.nextIncremental("a").name());
    }
}
