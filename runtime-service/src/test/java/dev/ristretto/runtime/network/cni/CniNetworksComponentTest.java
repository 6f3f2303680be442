// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.network.PodAttachment;
import dev.ristretto.runtime.network.Subnet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What is called when, and what is kept. The plugins are scripts; the pod is a sleeping process.
 */
@Timeout(180)
class CniNetworksComponentTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Long enough for scripts that do not hang, on a busy host too. */
    private static final Duration FOR_HANGING = Duration.ofSeconds(4);

    private final String pod = "pod-" + UUID.randomUUID();

    @TempDir private Path directory;
    private FakePlugins fakes;
    private Process podProcess;
    private CniNetworks networks;

    @BeforeEach
    void start() throws IOException {
        fakes = new FakePlugins(directory).install("main").install("chained");
        podProcess = new ProcessBuilder("sleep", "1000").start();
        networks = daemon(LONG);
        networks.retain(Set.of());
    }

    @AfterEach
    void stop() {
        networks.close();
        podProcess.destroyForcibly();
    }

    @Test
    void attach_runsTheChainAndAnswersThePodsAddresses() throws IOException {
        fakes.network("1.0.0", "main", "chained");

        var network = networks.attach(attachment());

        assertThat(network.ipTexts()).containsExactly("10.9.0.2", "fd09::2");
        assertThat(network.hostInterfaceName()).isEqualTo("veth1");
        assertThat(fakes.calls())
                .containsExactly(
                        "main ADD %s %s".formatted(pod, netns()),
                        "chained ADD %s %s".formatted(pod, netns()));
        assertThat(fakes.input("main", "ADD").has("prevResult")).isFalse();
        assertThat(fakes.input("chained", "ADD").path("prevResult").path("ips")).hasSize(2);
        assertThat(files()).containsExactly(pod + ".json");
    }

    @Test
    void detach_goesBackwardsWithTheResultAndLeavesNothing() throws IOException {
        fakes.network("1.0.0", "main", "chained");
        networks.attach(attachment());

        networks.detach(pod);
        networks.detach(pod);

        assertThat(fakes.commands())
                .containsExactly("main ADD", "chained ADD", "chained DEL", "main DEL");
        assertThat(fakes.input("main", "DEL").path("prevResult").path("ips")).hasSize(2);
        assertThat(files()).isEmpty();
    }

    @Test
    void version03_isGivenNoResultToDel() throws IOException {
        fakes.network("0.3.1", "main");
        networks.attach(attachment());

        networks.detach(pod);

        assertThat(fakes.input("main", "DEL").has("prevResult")).isFalse();
    }

    @Test
    void detach_usesTheConfigurationOfTheAttach() throws IOException {
        fakes.network("1.0.0", "main");
        networks.attach(attachment());
        fakes.network("1.0.0", "chained");

        networks.detach(pod);

        assertThat(fakes.commands()).containsExactly("main ADD", "main DEL");
    }

    @Test
    void detach_ofAPodThatHasEnded_namesNoNamespace() throws Exception {
        fakes.network("1.0.0", "main");
        networks.attach(attachment());
        endPod();

        networks.detach(pod);

        assertThat(fakes.calls()).endsWith("main DEL %s -".formatted(pod));
        assertThat(files()).isEmpty();
    }

    @Test
    void detach_ofAPodWhoseNamespaceIsKept_findsIt() throws Exception {
        fakes.network("1.0.0", "main");
        fakes.on("main", "DEL", "readlink -f $CNI_NETNS >%s".formatted(fakes.file("seen")));
        networks.attach(attachment());
        networks.keepNetns(pod);
        endPod();

        networks.detach(pod);

        assertThat(Files.readString(fakes.file("seen"))).contains("net:[");
        assertThat(fakes.calls().getLast())
                .startsWith(
                        "main DEL %s /proc/%d/fd/".formatted(pod, ProcessHandle.current().pid()));
    }

    @Test
    void nextDaemon_detachesWithWhatTheLastOneKept() throws Exception {
        fakes.network("1.0.0", "main");
        networks.attach(attachment());
        networks.close();
        Files.delete(fakes.config().resolve("10-test.conflist"));

        networks = daemon(LONG);
        networks.retain(Set.of(pod));
        networks.detach(pod);

        assertThat(fakes.calls()).endsWith("main DEL %s %s".formatted(pod, netns()));
        assertThat(fakes.input("main", "DEL").path("prevResult").path("ips")).hasSize(2);
        assertThat(files()).isEmpty();
    }

    @Test
    void attachOfAKilledDaemon_isEndedAndTakenBackByTheNext() throws Exception {
        fakes.network("1.0.0", "main");
        fakes.on("main", "ADD", "echo $$ >%s; sleep 1000".formatted(fakes.file("pid")));
        var killed = networks;
        var request =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        assertThatThrownBy(() -> killed.attach(attachment()))
                                                .isInstanceOf(RuntimeFault.class));
        await(() -> Files.exists(fakes.file("pid")));

        networks = daemon(LONG);
        networks.retain(Set.of());

        await(() -> files().isEmpty());
        request.join();
        killed.close();
        await(() -> PluginProcesses.of(pod).isEmpty());
        assertThat(fakes.commands()).startsWith("main ADD").contains("main DEL");
    }

    @Test
    void failedAttach_isUndoneAndSaysWhy() throws IOException {
        fakes.network("1.0.0", "main", "chained").refuse("chained", "ADD", 100);

        assertThatThrownBy(() -> networks.attach(attachment()))
                .hasMessage(
                        "attach pod ns/web to CNI network testnet: plugin chained: no: really not"
                                + " (code 100)");

        assertThat(fakes.commands())
                .containsExactly("main ADD", "chained ADD", "chained DEL", "main DEL");
        assertThat(files()).isEmpty();
    }

    @Test
    void tryAgainLater_isToldAsSuch() throws IOException {
        fakes.network("1.0.0", "main").refuse("main", "ADD", 11);

        assertThatThrownBy(() -> networks.attach(attachment()))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.BUSY));
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"ips\": []}', its plugins gave the pod no address",
        "'{\"ips\": [{\"address\": \"x\"}]}', its answer to ADD is no result: 'x' is not",
        "'', its answer to ADD is no result",
        "'nonsense', its answer to ADD is no result"
    })
    void answerThatIsNoNetwork_isRefusedAndUndone(String answer, String words) throws IOException {
        fakes.network("1.0.0", "main");
        Files.writeString(fakes.file("result"), answer);

        assertThatThrownBy(() -> networks.attach(attachment())).hasMessageContaining(words);

        assertThat(fakes.commands()).containsExactly("main ADD", "main DEL");
        assertThat(files()).isEmpty();
    }

    @Test
    void podThatEndsDuringAttach_isRefusedAndUndone() throws Exception {
        fakes.network("1.0.0", "main");
        fakes.on(
                "main",
                "ADD",
                "kill -9 %1$d; while [ -e /proc/%1$d/ns/net ]; do :; done"
                        .formatted(podProcess.pid()));

        assertThatThrownBy(() -> networks.attach(attachment()))
                .hasMessageContaining("the pod ended meanwhile");

        assertThat(fakes.calls()).endsWith("main DEL %s -".formatted(pod));
        assertThat(files()).isEmpty();
    }

    @Test
    void hangingAttach_isKilledAndUndone() throws IOException {
        networks.close();
        networks = daemon(FOR_HANGING);
        fakes.network("1.0.0", "main").on("main", "ADD", "sleep 1000");

        assertThatThrownBy(() -> networks.attach(attachment()))
                .hasMessageStartingWith(
                        "attach pod ns/web to CNI network testnet: plugin main: ADD was not over"
                                + " after 4 s, so it was killed");

        assertThat(PluginProcesses.of(pod)).isEmpty();
        assertThat(fakes.commands()).containsExactly("main ADD", "main DEL");
        assertThat(files()).isEmpty();
    }

    @Test
    void delThatFailsAfterAFailedAttach_isTriedAgainByItself() throws Exception {
        fakes.network("1.0.0", "main").refuse("main", "ADD", 100).refuse("main", "DEL", 100);
        assertThatThrownBy(() -> networks.attach(attachment())).hasMessageContaining("(code 100)");
        assertThat(files()).hasSize(1);
        assertThat(networks.readiness().facts()).anyMatch(fact -> fact.contains("pod ns/web"));

        networks.detach(pod); // the caller's own undo: no obstacle, and not at once again
        assertThat(fakes.commands()).containsExactly("main ADD", "main DEL");
        fakes.asUsual("main", "DEL");
        networks.close();
        networks = daemon(LONG);
        networks.retain(Set.of());

        await(() -> files().isEmpty());
    }

    @Test
    void delThatFails_isToldToTheCallerWhoTriesAgain() throws IOException {
        fakes.network("1.0.0", "main");
        networks.attach(attachment());
        fakes.refuse("main", "DEL", 100);

        assertThatThrownBy(() -> networks.detach(pod))
                .hasMessage(
                        "detach pod ns/web from CNI network testnet: plugin main: no: really not"
                                + " (code 100)");
        fakes.asUsual("main", "DEL");
        networks.detach(pod);

        assertThat(files()).isEmpty();
    }

    @Test
    void pluginThatDoesNotKnowThePod_hasGivenItBack() throws IOException {
        fakes.network("1.0.0", "main", "chained");
        networks.attach(attachment());
        fakes.refuse("chained", "DEL", 3);

        networks.detach(pod);

        assertThat(fakes.commands()).endsWith("chained DEL", "main DEL");
        assertThat(files()).isEmpty();
    }

    @Test
    void pluginThatVanished_keepsNoPodFromStopping() throws Exception {
        fakes.network("1.0.0", "main");
        networks.attach(attachment());
        fakes.uninstall("main");

        networks.detach(pod);
        networks.detach(pod);

        assertThat(files()).as("remembered").hasSize(1);
        assertThat(networks.readiness().facts())
                .anyMatch(fact -> fact.contains("pod ns/web could not be given back yet"));
        fakes.install("main");
        networks.close();
        networks = daemon(LONG);
        networks.retain(Set.of());
        await(() -> files().isEmpty());
        assertThat(fakes.commands()).contains("main DEL");
    }

    @Test
    void release_keepsTheNamespaceOfAPodThatEnds() throws Exception {
        fakes.network("1.0.0", "main");
        fakes.on(
                "main",
                "DEL",
                "while [ -e /proc/%d/ns/net ]; do :; done; readlink -f $CNI_NETNS >%s"
                        .formatted(podProcess.pid(), fakes.file("seen")));
        networks.attach(attachment());

        networks.release(pod);
        endPod();

        await(() -> files().isEmpty());
        assertThat(Files.readString(fakes.file("seen"))).contains("net:[");
    }

    @Test
    void withoutConfiguration_isNotReadyAndAttachesNothing() throws IOException {
        var readiness = networks.readiness();

        assertThat(readiness.ready()).isFalse();
        assertThat(readiness.reason()).isEqualTo("NetworkPluginNotReady");
        assertThat(readiness.message())
                .isEqualTo(
                        "no CNI configuration in %s; install a network, or set network.provider to"
                                        .formatted(fakes.config())
                                + " builtin");
        assertThatThrownBy(() -> networks.attach(attachment()))
                .hasMessageStartingWith("attach pod ns/web: no CNI configuration in");
        assertThat(files()).isEmpty();
    }

    @Test
    void readiness_followsTheDiskWithoutARestart() throws IOException {
        fakes.network("1.0.0", "main", "chained");
        assertThat(networks.readiness().ready()).isTrue();
        assertThat(networks.readiness().facts().getFirst())
                .isEqualTo(
                        "pods are on CNI network testnet of %s/10-test.conflist, version 1.0.0"
                                .formatted(fakes.config()));

        fakes.uninstall("chained");
        assertThat(networks.readiness().message())
                .startsWith("CNI network testnet: plugin chained is not in");
        fakes.configure("10-test.conflist", "{");

        assertThat(networks.readiness().message())
                .contains("is valid: %s/10-test.conflist: line 1".formatted(fakes.config()));
    }

    @Test
    void status_isAskedOfVersion11() throws Exception {
        fakes.refuse("chained", "STATUS", 50).network("1.1.0", "main", "chained");

        await(() -> networks.readiness().message().contains("code 50"));
        assertThat(networks.readiness().ready()).isFalse();
        assertThat(networks.readiness().message())
                .isEqualTo(
                        "CNI network testnet: plugin chained: no: really not (code 50); look at the"
                                + " network's own pods and their logs");
        fakes.asUsual("chained", "STATUS");
        networks.mend();

        await(() -> networks.readiness().ready());
        assertThat(fakes.commands()).contains("main STATUS", "chained STATUS");
    }

    @Test
    void start_collectsGarbageAndChecksWhatStays() throws Exception {
        fakes.network("1.1.0", "main");
        networks.attach(attachment());
        networks.close();
        fakes.refuse("main", "CHECK", 100);

        networks = daemon(LONG);
        networks.retain(Set.of(pod));

        await(() -> fakes.commands().contains("main CHECK"));
        assertThat(fakes.input("main", "GC").get("cni.dev/valid-attachments"))
                .hasToString("[{\"containerID\":\"%s\",\"ifname\":\"eth0\"}]".formatted(pod));
        assertThat(fakes.input("main", "CHECK").path("prevResult").path("ips")).hasSize(2);
        await(
                () ->
                        networks.readiness().facts().stream()
                                .anyMatch(f -> f.contains("pod ns/web is not as it was made")));
    }

    @Test
    void start_neitherCollectsNorChecksIfTheConfigurationForbidsIt() throws Exception {
        fakes.configure(
                "10.conflist",
                "{\"cniVersion\": \"1.1.0\", \"name\": \"n\", \"disableGC\": true,"
                        + " \"disableCheck\": true, \"plugins\": [{\"type\": \"main\"}]}");
        networks.attach(attachment());
        networks.close();

        networks = daemon(LONG);
        networks.retain(Set.of(pod));
        networks.release(pod);

        await(() -> files().isEmpty());
        assertThat(fakes.commands()).doesNotContain("main GC", "main CHECK");
    }

    @Test
    void podCidrs_areToldToPluginsThatAsk_byTheNextDaemonToo() throws IOException {
        fakes.configure(
                "10.conf",
                "{\"cniVersion\": \"1.0.0\", \"name\": \"n\", \"type\": \"main\","
                        + " \"capabilities\": {\"ipRanges\": true}}");
        networks.usePodCidrs(List.of(Subnet.parse("10.244.7.0/24")));
        networks.close();

        networks = daemon(LONG);
        networks.attach(attachment());

        assertThat(fakes.input("main", "ADD").path("runtimeConfig"))
                .hasToString("{\"ipRanges\":[[{\"subnet\":\"10.244.7.0/24\"}]]}");
    }

    @Test
    void damagedRecord_keepsNoOtherFromBeingRead() throws IOException {
        networks.close();
        var state = directory.resolve("state");
        Files.writeString(state.resolve("x.json"), "{\"schemaVersion\": 1");
        Files.writeString(state.resolve(".y.json.1.tmp"), "");

        networks = daemon(LONG);

        assertThat(files()).containsExactly("x.json.damaged");
    }

    private CniNetworks daemon(Duration patience) throws IOException {
        return new CniNetworks(LinuxSyscalls.load(), fakes.settings(patience));
    }

    private PodAttachment attachment() {
        return new PodAttachment(pod, "ns/web", Path.of(netns()), List.of());
    }

    private String netns() {
        return "/proc/%d/ns/net".formatted(podProcess.pid());
    }

    private void endPod() throws InterruptedException {
        podProcess.destroyForcibly().waitFor();
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(directory.resolve("state"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void await(Condition condition) throws IOException {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("it has not come about").isLessThan(end);
            Thread.yield();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }
}
