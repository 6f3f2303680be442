// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

@Timeout(120)
class PluginsComponentTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Nobody else's on this machine, since what works for it is looked for among all. */
    private static final String POD = "pod-" + UUID.randomUUID();

    @TempDir private Path directory;
    private FakePlugins fakes;

    @BeforeEach
    void install() throws IOException {
        fakes = new FakePlugins(directory).install("p");
    }

    @Test
    void plugin_getsItsVariablesAndItsConfigAndNothingElse() throws IOException {
        fakes.on(
                "p",
                "ADD",
                "env | grep ^CNI_ | sort; ls /proc/self/fd | tr '\\n' ' ';"
                        + " ps -o pid=,pgid=,sid= -p $$ | tr -s ' '; echo; exit 0");

        var printed = run("ADD", LONG);

        assertThat(printed.lines().toList())
                .startsWith(
                        "CNI_COMMAND=ADD",
                        "CNI_CONTAINERID=" + POD,
                        "CNI_IFNAME=eth0",
                        "CNI_PATH=" + fakes.bin());
        // Standard input, output and error; 3 is the directory that ls reads.
        assertThat(printed.lines().toList().get(4)).startsWith("0 1 2 3 ");
        var ids = printed.lines().toList().get(4).substring("0 1 2 3 ".length()).strip().split(" ");
        assertThat(List.of(ids)).as("pid, group, session").containsOnly(ids[0]);
        assertThat(fakes.input("p", "ADD")).hasToString("{\"a\":1}");
    }

    @Test
    void pluginThatIsNotThere_isNamedWithWhatToDo() {
        assertThatThrownBy(() -> plugins().run(call("absent", "ADD"), Deadline.in(LONG)))
                .isInstanceOfSatisfying(
                        PluginException.class,
                        e -> assertThat(e.how()).isEqualTo(PluginException.How.MISSING))
                .hasMessage(
                        "plugin absent is not in %s; install it (Debian: containernetworking-plugins),"
                                        .formatted(fakes.bin())
                                + " or name its directory in network.cni.binDirs");
    }

    @Test
    void errorOfThePlugin_isToldWithCodeDetailsAndStderr() throws IOException {
        fakes.on(
                "p",
                "DEL",
                "echo 'first\nsecond' >&2; echo '{\"code\": 7, \"msg\": \"bad\", \"details\":"
                        + " \"subnet too small\"}'; exit 3");

        assertThatThrownBy(() -> run("DEL", LONG))
                .hasMessage(
                        "plugin p: bad: subnet too small (code 7); it wrote: first | second;"
                                + " correct the CNI configuration");
    }

    @Test
    void pluginThatJustFails_isToldWithItsExitCode() throws IOException {
        fakes.on("p", "DEL", "echo 'no JSON'; exit 9");

        assertThatThrownBy(() -> run("DEL", LONG)).hasMessage("plugin p: exit code 9: no JSON");
    }

    @Test
    void stderrWithoutEnd_isKeptAtItsEnd() throws IOException {
        fakes.on("p", "DEL", "yes noise | head -n 500000 >&2; echo last >&2; exit 1");

        assertThatThrownBy(() -> run("DEL", LONG))
                .message()
                .hasSizeLessThan(4000)
                .endsWith("| noise | last");
    }

    @Test
    void stdoutWithoutEnd_isRefusedAndThePluginKilled() throws IOException {
        fakes.on("p", "ADD", "echo $$ >%s; yes".formatted(fakes.file("pid")));

        assertThatThrownBy(() -> run("ADD", LONG))
                .hasMessage("plugin p: it printed more than 1048576 bytes to ADD and was killed");

        assertGone("pid");
    }

    @Test
    void pluginThatHangs_isKilledWithAllItStarted() throws IOException {
        fakes.on(
                "p",
                "ADD",
                "echo waiting >&2; echo $$ >%s; sleep 1000 & echo $! >%s; wait"
                        .formatted(fakes.file("pid"), fakes.file("child")));

        // Long enough for the script to have come so far, on a busy host too.
        assertThatThrownBy(() -> run("ADD", Duration.ofSeconds(3)))
                .isInstanceOfSatisfying(
                        PluginException.class,
                        e -> assertThat(e.how()).isEqualTo(PluginException.How.HUNG))
                .hasMessage(
                        "plugin p: ADD was not over after 3 s, so it was killed; it wrote: waiting;"
                                + " find out what it waited for, or raise"
                                + " network.cni.timeoutSeconds");

        assertGone("pid");
        assertGone("child");
    }

    @Test
    void whatLeftItsSession_isKilledTooWhenThePluginHangs() throws IOException {
        fakes.on(
                "p",
                "ADD",
                "setsid sh -c 'echo $$ >%s; exec sleep 1000' & wait"
                        .formatted(fakes.file("escaped")));

        assertThatThrownBy(() -> run("ADD", Duration.ofSeconds(3)))
                .hasMessageContaining("was not over");

        assertGone("escaped");
    }

    @Test
    void pluginThatDoesNotRead_isNoObstacle() throws IOException {
        Files.delete(fakes.bin().resolve("p"));
        var script = fakes.file("deaf");
        Files.writeString(script, "#!/bin/sh\nexec sleep 1000\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.move(script, fakes.bin().resolve("p"));
        var large = JsonNodeFactory.instance.textNode("x".repeat(1 << 20));

        assertThatThrownBy(
                        () ->
                                plugins()
                                        .run(
                                                new Plugins.Call("p", "GC", Map.of(), large),
                                                Deadline.in(SHORT)))
                .hasMessageContaining("GC was not over after 0 s");
    }

    private String run(String command, Duration patience) throws IOException {
        return new String(
                plugins().run(call("p", command), Deadline.in(patience)), StandardCharsets.UTF_8);
    }

    private static Plugins.Call call(String type, String command) {
        return new Plugins.Call(
                type,
                command,
                Map.of("CNI_CONTAINERID", POD, "CNI_IFNAME", "eth0"),
                JsonNodeFactory.instance.objectNode().put("a", 1));
    }

    private Plugins plugins() {
        return new Plugins(LinuxSyscalls.load(), List.of(fakes.bin()));
    }

    private void assertGone(String file) throws IOException {
        long pid = Long.parseLong(Files.readString(fakes.file(file)).strip());
        long end = System.nanoTime() + LONG.toNanos();
        while (isAlive(pid)) {
            assertThat(System.nanoTime()).as("%s (%d) lives", file, pid).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** A zombie that nobody reaps here is dead. */
    private static boolean isAlive(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
        } catch (IOException e) {
            return false;
        }
    }
}
