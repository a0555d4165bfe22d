package io.vireo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.config.CommandLine;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.PrimaryAddress;
import io.vireo.config.VoterOptions;
import io.vireo.group.GroupSettings;
import io.vireo.testkit.YamlText;
import io.vireo.topology.VoterId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manifests and the Dockerfile agree with the server and with one another. */
class KubernetesTest {
    private static final Path BASE = Path.of("k8s/base");

    @TempDir
    Path tmp;

    @Test
    void everyManifestIsInTheKustomization() throws IOException {
        List<Object> named = list(only(read("kustomization.yaml")), "resources");

        try (Stream<Path> files = Files.list(BASE)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    Stream.of("kustomization.yaml"),
                                    named.stream().map(String::valueOf))
                            .toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"vireo-0, ''", "vireo-1, vireo-0.vireo:6379", "vireo-2, vireo-0.vireo:6379"})
    void theFirstPodLeadsTheFirstTime(String pod, String primary) throws Exception {
        Config config = startedAs(pod);

        PrimaryAddress followed = config.get(Options.REPLICAOF);
        assertThat(followed.isNone() ? "" : followed.toString()).isEqualTo(primary);
        assertThat(config.get(Options.REQUIREPASS).toString()).isEqualTo("change-me");
        assertThat(config.get(Options.MASTERAUTH).toString()).isEqualTo("change-me");
        assertThat(config.remarks()).isEmpty();
        assertThat(config.get(Options.REPLICA_ANNOUNCE_IP)).isEqualTo(pod + ".vireo");
    }

    @Test
    void eachPodIsAVoterByTheNameThatItsServiceGivesIt() throws Exception {
        Config config = startedAs("vireo-1");
        int pods = Integer.parseInt(String.valueOf(at(statefulSet(), "spec").get("replicas")));
        String port = config.print(VoterOptions.VOTER_PORT);

        assertThat(GroupSettings.of(config).orElseThrow().voters().voters())
                .extracting(VoterId::address)
                .containsExactlyElementsOf(IntStream.range(0, pods)
                        .mapToObj(pod -> "vireo-" + pod + ".vireo:" + port)
                        .toList());
        Map<String, Object> headless = object(read("services.yaml").getFirst());
        assertThat(at(headless, "metadata").get("name")).isEqualTo("vireo");
        assertThat(at(headless, "spec"))
                .containsEntry("clusterIP", "None")
                .containsEntry("publishNotReadyAddresses", "true"); // a voter is asked before its node is ready
    }

    @Test
    void portsAndProbesAreTheServersOwn() throws Exception {
        Config config = startedAs("vireo-0");
        Map<String, Object> container = container();

        assertThat(list(container, "ports"))
                .containsExactly(
                        Map.of("name", "redis", "containerPort", config.print(Options.PORT)),
                        Map.of("name", "sentinel", "containerPort", config.print(VoterOptions.VOTER_PORT)),
                        Map.of("name", "http", "containerPort", config.print(Options.HTTP_PORT)));
        assertThat(at(container, "livenessProbe", "httpGet")).isEqualTo(Map.of("path", "/livez", "port", "http"));
        assertThat(at(container, "readinessProbe", "httpGet")).isEqualTo(Map.of("path", "/readyz", "port", "http"));
        String handler = Files.readString(Path.of("src/main/java/io/vireo/web/HttpVerticle.java"));
        assertThat(handler).contains("case \"/livez\"", "case \"/readyz\"", "case \"/metrics\"");
        assertThat(at(statefulSet(), "spec", "template", "metadata", "annotations"))
                .containsEntry("prometheus.io/port", config.print(Options.HTTP_PORT))
                .containsEntry("prometheus.io/path", "/metrics");
        for (Map<String, Object> service : read("services.yaml")) {
            assertThat(list(at(service, "spec"), "ports"))
                    .isNotEmpty()
                    .isSubsetOf(
                            Map.of("name", "redis", "port", config.print(Options.PORT), "targetPort", "redis"),
                            Map.of(
                                    "name",
                                    "sentinel",
                                    "port",
                                    config.print(VoterOptions.VOTER_PORT),
                                    "targetPort",
                                    "sentinel"));
        }
    }

    @Test
    void whatIsMountedIsThereAndTheDataAreOnAVolume() throws Exception {
        Map<String, Object> pod = at(statefulSet(), "spec", "template", "spec");
        Map<String, Object> claim =
                object(list(at(statefulSet(), "spec"), "volumeClaimTemplates").getFirst());
        List<Object> volumes = new ArrayList<>();
        list(pod, "volumes").forEach(volume -> volumes.add(object(volume).get("name")));
        volumes.add(at(claim, "metadata").get("name"));
        List<Object> mounts = list(container(), "volumeMounts");

        assertThat(mounts).extracting(mount -> object(mount).get("name")).containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(mounts).extracting(mount -> object(mount).get("mountPath")).contains("/data", "/tmp");
        assertThat(config().get("vireo.conf").toString()).contains("\ndir /data\n");
        assertThat(at(pod, "securityContext")).containsEntry("runAsNonRoot", "true");
        assertThat(at(container(), "securityContext"))
                .containsEntry("readOnlyRootFilesystem", "true")
                .containsEntry("allowPrivilegeEscalation", "false");
    }

    @Test
    void everySelectorFindsThePods() throws IOException {
        Map<String, Object> labels = at(statefulSet(), "spec", "template", "metadata", "labels");
        assertThat(at(statefulSet(), "spec")).containsEntry("replicas", "3").containsEntry("serviceName", "vireo");
        assertThat(at(statefulSet(), "spec", "selector", "matchLabels")).isEqualTo(labels);
        assertThat(at(only(read("disruption.yaml")), "spec", "selector", "matchLabels"))
                .isEqualTo(labels);
        assertThat(at(only(read("network.yaml")), "spec", "podSelector", "matchLabels"))
                .isEqualTo(labels);
        for (Map<String, Object> service : read("services.yaml")) {
            assertThat(at(service, "spec", "selector")).containsAllEntriesOf(labels);
        }
    }

    @Test
    void aPodIsGivenLongerToEndThanTheServerTakes() throws Exception {
        Object grace = at(statefulSet(), "spec", "template", "spec").get("terminationGracePeriodSeconds");

        assertThat(Integer.parseInt(String.valueOf(grace)))
                .isGreaterThan(startedAs("vireo-0").get(Options.SHUTDOWN_TIMEOUT));
    }

    @Test
    void theImageRunsWhatTheManifestsCallAsTheUserTheyName() throws IOException {
        String image = Files.readString(Path.of("k8s/Dockerfile"));
        Map<String, Object> security = at(statefulSet(), "spec", "template", "spec", "securityContext");

        assertThat(image)
                .contains("USER " + security.get("runAsUser") + ":" + security.get("runAsGroup"))
                .contains("COPY --from=build /src/target/vireo /opt/vireo");
        var entry = Pattern.compile("ENTRYPOINT \\[\"(.*)\"]").matcher(image);
        assertThat(entry.find()).isTrue();
        assertThat(config().get("start.sh").toString()).contains("exec " + entry.group(1) + " \"$@\"");
        var words = Pattern.compile("\"--([a-z-]+)\"").matcher(image);
        assertThat(words.results().map(word -> word.group(1)))
                .isNotEmpty()
                .allSatisfy(word -> assertThat(Options.find(word)).as(word).isNotNull());
    }

    /** Runs the start script with a server that only says how it was called, and reads its configuration as ours does. */
    private Config startedAs(String pod) throws Exception {
        Path server = Files.writeString(tmp.resolve("server"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(server.toFile().setExecutable(true)).isTrue();
        Path secret = Files.writeString(
                tmp.resolve("auth.conf"),
                at(only(read("secret.yaml")), "stringData").get("auth.conf").toString());
        Path file = Files.writeString(
                tmp.resolve("vireo.conf"),
                config().get("vireo.conf")
                        .toString()
                        .replace("/etc/vireo/secret/auth.conf", secret.toString())
                        .replace("dir /data", "dir " + tmp));
        Path script = Files.writeString(
                tmp.resolve("start.sh"),
                config().get("start.sh").toString().replace("/opt/vireo/bin/vireo-server", server.toString()));
        assertThat(list(container(), "command")).containsExactly("/bin/sh", "/etc/vireo/config/start.sh");
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", script.toString());
        shell.environment().put("POD_NAME", pod);
        Process process = shell.start();
        List<String> args = new ArrayList<>(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList());
        assertThat(process.waitFor()).isZero();
        assertThat(args.getFirst()).isEqualTo("/etc/vireo/config/vireo.conf");
        args.set(0, file.toString());
        CommandLine.Outcome outcome = CommandLine.read(args, tmp, InputStream.nullInputStream());
        assertThat(outcome).isInstanceOf(CommandLine.Start.class);
        return ((CommandLine.Start) outcome).nodes().getFirst();
    }

    private static Map<String, Object> config() throws IOException {
        return at(only(read("config.yaml")), "data");
    }

    private static Map<String, Object> statefulSet() throws IOException {
        return only(read("statefulset.yaml"));
    }

    private static Map<String, Object> container() throws IOException {
        return object(list(at(statefulSet(), "spec", "template", "spec"), "containers")
                .getFirst());
    }

    private static List<Map<String, Object>> read(String name) throws IOException {
        return YamlText.read(Files.readString(BASE.resolve(name)));
    }

    private static Map<String, Object> only(List<Map<String, Object>> documents) {
        assertThat(documents).hasSize(1);
        return documents.getFirst();
    }

    private static Map<String, Object> at(Map<String, Object> from, String... path) {
        Map<String, Object> here = from;
        for (String name : path) {
            here = object(here.get(name));
        }
        return here;
    }

    @SuppressWarnings("unchecked") // what YamlText makes
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked") // what YamlText makes
    private static List<Object> list(Map<String, Object> from, String name) {
        return (List<Object>) from.get(name);
    }
}
