package io.vireo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, run by sh on JDKs that are no more than a release file and a bin/java that shows how it was called. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("src/main/launcher/vireo-server");

    @TempDir
    Path tmp;

    private Path home;
    private Path bin;

    @BeforeEach
    void layOut() throws IOException {
        home = Files.createDirectories(tmp.resolve("vireo home"));
        bin = Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        String elsewhere = Files.readString(LAUNCHER)
                .replace("/usr/lib/jvm", tmp.resolve("jvm").toString())
                .replaceAll("/(usr/java|usr/jdk|opt/java|opt/jdk|Library)", tmp + "/none");
        executable(bin.resolve("vireo-server"), elsewhere);
    }

    @Test
    void startsTheMainClassWithTheArgumentsAsTheyWereGiven() throws Exception {
        Run run = start(Map.of("VIREO_JAVA_HOME", jdk("a", "25.0.1")), "a.conf", "--save", "", "two words");

        assertThat(run.status).isZero();
        assertThat(run.out).endsWith("io.vireo.Main", "a.conf", "--save", "", "two words");
        assertThat(run.out).contains("-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError");
    }

    @Test
    void becomesTheJvm() throws Exception {
        Run run = start(Map.of("VIREO_JAVA_HOME", jdk("a", "25.0.1")));

        assertThat(run.out).first().isEqualTo("pid " + run.pid);
    }

    @Test
    void findsItsJarsFromAnyFolderAndThroughLinks() throws Exception {
        Path link = Files.createSymbolicLink(tmp.resolve("linked"), bin.resolve("vireo-server"));
        Files.createFile(home.resolve("lib/vireo.jar"));

        Run run = start(link, Map.of("VIREO_JAVA_HOME", jdk("a", "25.0.1")));

        String jar = run.out.get(run.out.indexOf("-cp") + 1);
        assertThat(Path.of(jar)).isAbsolute();
        assertThat(Files.isSameFile(Path.of(jar), home.resolve("lib/vireo.jar")))
                .isTrue();
    }

    @Test
    void optionsForTheJvmComeLastAndSoWin() throws Exception {
        Run run = start(Map.of("VIREO_JAVA_HOME", jdk("a", "25.0.1"), "VIREO_JVM_OPTS", "-Xmx2g -Dx=y"));

        assertThat(run.out).containsSubsequence("-Xmx512m", "-Xmx2g", "-Dx=y", "-cp");
    }

    @Test
    void takesJavaHomeOnlyIfItIsTheRightVersion() throws Exception {
        String on17 = jdk("b", "17.0.15");
        String on25 = jdk("c", "25");
        jdk("jvm/d", "25.0.3");

        assertThat(start(Map.of("JAVA_HOME", on25)).java()).isEqualTo(on25);
        assertThat(start(Map.of("JAVA_HOME", on17)).java()).endsWith("/jvm/d");
    }

    @Test
    void takesTheJavaOnThePathOnlyIfItIsTheRightVersion() throws Exception {
        String on17 = jdk("b", "17.0.15");
        String on25 = jdk("c", "25-ea");
        jdk("jvm/d", "25.0.3");
        Path links = Files.createDirectories(tmp.resolve("links"));
        Files.createSymbolicLink(links.resolve("java"), Path.of(on25, "bin/java"));

        assertThat(start(Map.of("PATH", on25 + "/bin:/usr/bin:/bin")).java()).isEqualTo(on25);
        assertThat(start(Map.of("PATH", links + ":/usr/bin:/bin")).java()).isEqualTo(on25);
        assertThat(start(Map.of("PATH", on17 + "/bin:/usr/bin:/bin")).java()).endsWith("/jvm/d");
    }

    @Test
    void looksWhereMavenLooks() throws Exception {
        Path user = Files.createDirectories(tmp.resolve("user/.m2"));
        Files.writeString(user.resolve("toolchains.xml"), """
            <toolchains>
              <toolchain><configuration><jdkHome>%s</jdkHome></configuration></toolchain>
              <toolchain><configuration>
                <jdkHome>%s</jdkHome>
              </configuration></toolchain>
            </toolchains>
            """.formatted(jdk("b", "21.0.2"), jdk("my jdk", "25.0.2")));
        String environment = jdk("e", "25.0.2");

        assertThat(start(Map.of("JAVA25_HOME", environment)).java()).isEqualTo(environment);
        assertThat(start(Map.of("HOME", user.getParent().toString())).java()).endsWith("/my jdk");
    }

    @Test
    void saysWhatToDoWhereThereIsNoJavaOfTheRightVersion() throws Exception {
        jdk("jvm/b", "2.5");
        jdk("jvm/c", "250.1");
        Run run = start(Map.of("JAVA_HOME", jdk("d", "17.0.15")));

        assertThat(run.status).isEqualTo(1);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("no Java 25 found").contains("VIREO_JAVA_HOME");
    }

    @Test
    void refusesTheWrongVersionThatItWasToldToTake() throws Exception {
        String on17 = jdk("b", "17.0.15");
        jdk("jvm/d", "25.0.3");
        Run run = start(Map.of("VIREO_JAVA_HOME", on17));

        assertThat(run.status).isEqualTo(1);
        assertThat(run.err).contains("VIREO_JAVA_HOME is " + on17);
    }

    @Test
    void usesTheAheadOfTimeCacheThatLiesBesideTheJars() throws Exception {
        String jdk = jdk("a", "25.0.1");
        assertThat(start(Map.of("VIREO_JAVA_HOME", jdk)).out).noneMatch(word -> word.startsWith("-XX:AOTCache"));

        Files.createFile(home.resolve("lib/vireo.aot"));
        assertThat(start(Map.of("VIREO_JAVA_HOME", jdk)).out)
                .anyMatch(
                        word -> word.startsWith("-XX:AOTCache=") && word.endsWith("/vireo home/bin/../lib/vireo.aot"));
    }

    private record Run(long pid, int status, List<String> out, String err) {
        /** The home of the Java that was started. */
        String java() {
            return out.get(1).substring("java ".length()).replace("/bin/java", "");
        }
    }

    private Run start(Map<String, String> environment, String... arguments) throws Exception {
        return start(bin.resolve("vireo-server"), environment, arguments);
    }

    private Run start(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments))
                .toList());
        builder.directory(tmp.toFile()).redirectError(tmp.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("HOME", "/none", "PATH", tools()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.pid(), process.waitFor(), out.lines().toList(), Files.readString(tmp.resolve("err")));
    }

    /** A PATH with the one program that the launcher may use, and no java. */
    private String tools() throws IOException {
        Path tools = Files.createDirectories(tmp.resolve("tools"));
        executable(tools.resolve("readlink"), "#!/bin/sh\nexec /usr/bin/readlink \"$@\"\n");
        return tools.toString();
    }

    private String jdk(String name, String version) throws IOException {
        Path jdk = Files.createDirectories(tmp.resolve(name));
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"pid $$\" \"java $0\" \"$@\"\n");
        return jdk.toString();
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
