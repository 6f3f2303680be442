// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The demo against a fake runtime, whose "pod" is a web server on a loopback address. */
class DemoComponentTest {
    private static final String ADDRESS = "127.93.7.1";

    private CommandFixture cli;
    private HttpServer page;

    @BeforeEach
    void start(@TempDir Path dir) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/bin/busybox")), "needs Debian's busybox-static");
        Assumptions.assumeTrue(Files.isWritable(Path.of("/var/log")), "needs a writable /var/log");
        page = HttpServer.create(new InetSocketAddress(InetAddress.getByName(ADDRESS), 8080), 1);
        page.createContext(
                "/",
                exchange -> {
                    var body = "<h1>Short.</h1>".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        page.start();
        cli = new CommandFixture(dir);
        cli.runtime
                .podIp(ADDRESS)
                .answeringExec("demo: Linux\n", "", 0)
                .logging(
                        """
                        2026-01-01T00:00:00Z stdout F grinding
                        2026-01-01T00:00:00Z stdout F serving on port 8080
                        2026-01-01T00:00:01Z stdout F shot 1
                        2026-01-01T00:00:02Z stdout F shot 2
                        """);
    }

    @AfterEach
    void stop() {
        if (cli != null) {
            cli.close();
            page.stop(0);
        }
    }

    @Test
    void demo_showsEachStep_andLeavesNothing() {
        assertThat(cli.run("demo")).as(() -> cli.err()).isZero();

        assertThat(steps())
                .isEqualTo(
                        """
                          image      # of /bin/busybox
                          load       localhost/ristretto-demo:latest
                          pod        00000000#
                          container  00000000#
                          start      running
                          ready      serving on port 8080
                          address    127.93.7.1
                          page       http://127.93.7.1:8080/: "Short."
                          exec       demo: Linux
                          log        grinding
                                     serving on port 8080
                                     shot 1
                          memory     container 1.23MB (working set)
                          20 more    pods, each with a container, one by one
                                     median ms: pod #, create #, start #, exec #, stop #, remove #
                          removed    pod, container and log

                        Try next:
                          ristretto demo --keep
                          ristretto run --rm localhost/ristretto-demo:latest echo hello
                          ristretto --help
                        """);
        assertThat(cli.runtime.isEmpty()).isTrue();
    }

    @Test
    void demo_keep_leavesThePod_andTheNextDemoRemovesIt() {
        assertThat(cli.run("demo", "--keep")).isZero();
        assertThat(cli.out()).contains("  ristretto rmp -f demo\n");
        assertThat(cli.runtime.isEmpty()).isFalse();

        assertThat(cli.run("demo")).isZero();

        assertThat(cli.out()).contains("a pod of an earlier demo");
        assertThat(cli.run("pods", "-q")).isZero();
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void demo_whoseContainerEndsAtOnce_tellsWhatItSaid_andLeavesNothing() {
        cli.runtime.logging("2026-01-01T00:00:00Z stderr F no such applet\n").ending(127);

        assertThat(cli.run("demo")).isEqualTo(1);

        assertThat(cli.err())
                .isEqualTo(
                        "ristretto demo: the demo's container ended with exit code 127; it said: no"
                                + " such applet\n");
        assertThat(cli.runtime.isEmpty()).isTrue();
    }

    @Test
    void demo_withoutBusybox_saysWhatToInstall() {
        assertThat(cli.run("demo", "--busybox", "/nonexistent")).isEqualTo(1);

        assertThat(cli.err()).contains("apt-get install busybox-static");
        assertThat(cli.runtime.requests()).isEmpty();
    }

    /** Without what differs from run to run. */
    private String steps() {
        return cli.out()
                .replaceAll(" +[0-9.]+ ms\n", "\n")
                .replaceAll("[0-9.]+MB of", "# of")
                .replaceAll("(pod|create|start|exec|stop|remove) [0-9.]+\\b", "$1 #")
                .replaceAll("(0{8})\\S+", "$1#");
    }
}
