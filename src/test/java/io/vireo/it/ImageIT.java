package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the Dockerfile puts together starts: the Java it links, the distribution and the libraries they ask for, in a root
 * directory that holds nothing else, as a user who can write to one folder of it. Needs root, and Linux's unshare.
 */
class ImageIT {
    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("vireo.home", "target/vireo")).toAbsolutePath();

    @TempDir
    Path tmp;

    @Test
    void theLinkedJavaRunsTheServerInARootOfItsOwn() throws Exception {
        assumeTrue(run("id -u").equals("0\n"), "only root may change the root directory");
        String image = Files.readString(Path.of("k8s/Dockerfile"));
        var modules = Pattern.compile("jlink --add-modules (\\S+)").matcher(image);
        var user = Pattern.compile("\nUSER (\\S+)").matcher(image);
        assertThat(modules.find()).isTrue();
        assertThat(user.find()).isTrue();

        run("""
            set -e
            mkdir -p root/opt root/data root/tmp root/proc root/bin
            "%s/bin/jlink" --add-modules %s --strip-debug --no-header-files --no-man-pages --output root/opt/java
            cp -r "%s" root/opt/vireo
            cp /bin/sh root/bin/sh
            for file in /bin/sh root/opt/java/bin/java root/opt/java/lib/*.so root/opt/java/lib/server/libjvm.so; do
                ldd "$file" | grep -o '/[^ ]*[.]so[^ ]*' | grep -v "$PWD" || true
            done | sort -u | while read -r library; do
                mkdir -p "root$(dirname "$library")"
                cp -L "$library" "root$library"
            done
            chmod 755 . root
            chown %s root/data
            """.formatted(System.getProperty("java.home"), modules.group(1), DISTRIBUTION, user.group(1)));
        String log = run("""
            echo 'port 0
            unixsocket /data/socket
            dir /data' > root/vireo.conf
            # Each becomes the next: the process that is waited for is the server.
            VIREO_JAVA_HOME=/opt/java unshare --mount sh -c 'mount -t proc proc root/proc &&
                exec chroot --userspec=%s root /opt/vireo/bin/vireo-server /vireo.conf' > log 2>&1 &
            for i in $(seq 300); do grep -q 'Ready to accept' log && break; sleep 0.1; done
            kill -TERM $!
            wait $! || true
            cat log
            """.formatted(user.group(1)));

        assertThat(log).contains("Ready to accept connections", "bye bye...");
    }

    private String run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-c", script)
                .directory(tmp.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
