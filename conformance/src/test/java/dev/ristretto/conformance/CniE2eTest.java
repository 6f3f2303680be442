// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.CniPlugins;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.CriClient;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.IDMapping;
import runtime.v1.NamespaceMode;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxNetworkStatus;
import runtime.v1.PodSandboxStatusRequest;
import runtime.v1.PortMapping;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.RuntimeCondition;
import runtime.v1.StartContainerRequest;
import runtime.v1.StatusRequest;
import runtime.v1.StopPodSandboxRequest;
import runtime.v1.UserNamespace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Pods on a network of Debian's CNI plugins, in a network namespace of the test's. */
@Tag("root")
class CniE2eTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TIMEOUT_SECONDS = 20;

    /** Greets one client after the other, on both families. */
    private static final String SERVER = "while :; do echo hi | nc -l -p 80; done";

    private static CniPlugins plugins;
    private static Stand stand;
    private static String busybox;
    private CriClient client;

    @BeforeAll
    static void start() throws IOException {
        plugins = CniPlugins.create();
        stand = Stand.start("cni", plugins.settings(TIMEOUT_SECONDS));
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        stand.crictl().call("pull", busybox);
    }

    @AfterAll
    static void stop() throws IOException {
        stand.removePods();
        plugins.takeDown(stand.network());
        stand.close();
        plugins.close();
    }

    @BeforeEach
    void configure() throws IOException {
        plugins.configure();
        client = stand.connect();
    }

    @AfterEach
    void removePods() throws IOException {
        client.close();
        stand.removePods();
        assertNothingIsLeft();
    }

    @Test
    void pods_reachEachOtherAndAreReachedAtTheirHostPorts() throws IOException {
        var web = pod("web").addPortMappings(tcp(80, 18080, ""));
        var webId = run(web);
        start(webId, web, "sh", "-c", SERVER);
        var peer = pod("peer");
        var peerId = run(peer);
        var shell = start(peerId, peer, "sleep", "3600");

        var network = network(webId);
        assertThat(network.getIp()).startsWith("10.197.0.");
        assertThat(network.getAdditionalIpsList())
                .singleElement()
                .satisfies(ip -> assertThat(ip.getIp()).startsWith("fd97::"));
        var ip6 = network.getAdditionalIps(0).getIp();
        assertGreeted(shell, network.getIp(), 80);
        assertGreeted(shell, ip6, 80);
        assertGreeted(shell, "10.197.0.1", 18080);
        assertHostIsGreeted("127.0.0.1");
        assertHostIsGreeted("10.197.0.1");
    }

    @Test
    void aPodWithAUserNamespace_isConnected_andLetGo() throws IOException {
        var pod = withUsers("users").addPortMappings(tcp(80, 18080, ""));
        var podId = run(pod);
        var server = start(podId, pod, "sh", "-c", SERVER);

        var users = Path.of("/proc", Long.toString(stand.crictl().pid(server)), "uid_map");
        assertThat(Files.readString(users).strip()).matches("0 +200000 +65536");
        assertHostIsGreeted("10.197.0.1");
        assertGreeted(server, network(podId).getIp(), 80);
        assertGreeted(server, "127.0.0.1", 80);
        remove(podId);
        assertNothingIsLeft();
    }

    /** With limits of bandwidth and without host ports, see docs/cni.md. */
    @Test
    void check_byRealPlugins_passes_withAUserNamespaceToo() throws IOException {
        var plain = run(limited(pod("plain")));
        var users = run(limited(withUsers("users")));

        reconnectTo(this::crash);

        awaitCheck(plain);
        awaitCheck(users);
        assertThat(facts()).doesNotContain("is not as it was made");
    }

    @Test
    void check_byRealPlugins_tellsWhatIsNotAsItWasMade() throws IOException {
        var pod = limited(pod("changed"));
        var podId = run(pod);
        var shell = start(podId, pod, "sleep", "3600");
        var pid = Long.toString(stand.crictl().pid(shell));
        var _ = Command.of("nsenter", "-t", pid, "-n", "ip", "route", "del", "default").text();

        reconnectTo(this::crash);

        Await.until(
                "CHECK finds the route missing",
                PATIENCE,
                () -> facts().contains("the network of pod e2e/changed is not as it was made"));
        assertThat(facts()).contains("plugin bridge");
        assertThat(plugins.calls()).doesNotContain("CHECK " + podId);
        remove(podId);
        assertThat(facts()).doesNotContain("e2e/changed");
    }

    private static PodSandboxConfig.Builder limited(PodSandboxConfig.Builder pod) {
        return pod.putAnnotations("kubernetes.io/ingress-bandwidth", "7M")
                .putAnnotations("kubernetes.io/egress-bandwidth", "5M");
    }

    private void crash() throws IOException {
        stand.daemon().kill9();
        stand.daemon().startAgain();
    }

    private static void awaitCheck(String podId) throws IOException {
        Await.until(
                "all plugins have found the pod's network as it was made",
                PATIENCE,
                () -> plugins.calls().contains("CHECK " + podId));
    }

    private String facts() {
        var verbose = StatusRequest.newBuilder().setVerbose(true).build();
        return client.runtime().status(verbose).getInfoOrThrow("host");
    }

    private static PodSandboxConfig.Builder withUsers(String name) {
        var ids = IDMapping.newBuilder().setHostId(200_000).setLength(65_536);
        var users = UserNamespace.newBuilder().setMode(NamespaceMode.POD).addUids(ids).addGids(ids);
        var namespaces = NamespaceOption.newBuilder().setUsernsOptions(users);
        var config = pod(name);
        config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(namespaces);
        return config;
    }

    @Test
    void loopback_isUp() throws IOException {
        var pod = pod("loopback");
        var shell = start(run(pod), pod, "sh", "-c", SERVER);

        assertGreeted(shell, "127.0.0.1", 80);
        assertGreeted(shell, "::1", 80);
    }

    @Test
    void bandwidthOfTheAnnotations_isSet() throws IOException {
        run(
                pod("slow")
                        .putAnnotations("kubernetes.io/ingress-bandwidth", "7M")
                        .putAnnotations("kubernetes.io/egress-bandwidth", "5M"));

        assertThat(stand.network().command("tc", "qdisc").text())
                .contains("rate 7Mbit", "rate 5Mbit");
    }

    @Test
    void sysctlsOfTheInterface_areSetOnceItIsThere() throws IOException {
        var pod = withSysctl("interface", "net.ipv4.conf.eth0.arp_notify", "1");
        var shell = start(run(pod), pod, "sleep", "3600");

        assertThat(
                        stand.crictl()
                                .call(
                                        "exec",
                                        "-s",
                                        shell,
                                        "cat",
                                        "/proc/sys/net/ipv4/conf/eth0/arp_notify"))
                .isEqualTo("1");
    }

    @Test
    void sysctlOfAnInterfaceThatIsNotThere_isRefusedAndThePodTakenBack() throws IOException {
        var refusal = refusal(withSysctl("absent", "net.ipv4.conf.eth7.arp_notify", "1"));

        assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.getDescription())
                .isEqualTo(
                        "config.linux.sysctls: 'net/ipv4/conf/eth7/arp_notify' does not exist in the"
                                + " pod; its interfaces are lo and eth0");
        assertNothingIsLeft();
    }

    private static PodSandboxConfig.Builder withSysctl(String pod, String name, String value) {
        var config = pod(pod);
        config.getLinuxBuilder().putSysctls(name, value);
        return config;
    }

    @Test
    void bandwidthThatIsNone_isRefusedByName() throws IOException {
        var pod = pod("bad").putAnnotations("kubernetes.io/egress-bandwidth", "fast");

        var refusal = refusal(pod);

        assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.getDescription()).contains("kubernetes.io/egress-bandwidth is 'fast'");
    }

    @Test
    void configuration_isFollowedWithoutARestart() throws IOException {
        assertThat(networkReady().getStatus()).isTrue();

        plugins.unconfigure();
        assertThat(networkReady().getStatus()).isFalse();
        assertThat(networkReady().getReason()).isEqualTo("NetworkPluginNotReady");
        assertThat(networkReady().getMessage()).startsWith("no CNI configuration in ");
        assertThat(refusal(pod("early")).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        plugins.configure();

        assertThat(networkReady().getStatus()).isTrue();
        run(pod("early"));
    }

    @Test
    void pod_isTakenBackThoughTheConfigurationIsGone() throws IOException {
        var id = run(pod("stays"));
        stand.daemon().kill9();
        plugins.unconfigure();
        reconnectTo(() -> stand.daemon().startAgain());
        assertThat(network(id).getIp()).startsWith("10.197.0.");

        remove(id);

        assertNothingIsLeft();
    }

    @Test
    void hangingPlugin_isKilledAndWhatItLeftIsTakenBack() throws IOException {
        plugins.hangOn("ADD");
        try {
            assertThat(refusal(pod("hangs")).getDescription())
                    .contains("attach pod e2e/hangs to CNI network rst-e2e: plugin rst-last: ADD")
                    .contains(
                            "was not over after %d s, so it was killed".formatted(TIMEOUT_SECONDS));
        } finally {
            plugins.goOn("ADD");
        }
        assertNothingIsLeft();
        run(pod("hangs"));
    }

    @Test
    void kill9_whilePluginsRun_leavesNothingOnceANewDaemonIsThere() throws Exception {
        plugins.hangOn("ADD");
        var request =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        client.runtime().runPodSandbox(Requests.run(pod("killed")));
                                    } catch (StatusRuntimeException e) {
                                        // The daemon is killed under it: that is the test.
                                        return;
                                    }
                                });
        Await.until("the last plugin hangs", PATIENCE, plugins::hangs);

        stand.daemon().kill9();
        request.join();
        assertThat(plugins.addresses()).hasSize(2);
        plugins.goOn("ADD");
        reconnectTo(() -> stand.daemon().startAgain());

        Await.until("addresses given back", PATIENCE, () -> plugins.addresses().isEmpty());
        assertThat(stand.listed("pods", "-q")).isEmpty();
        run(pod("killed"));
    }

    /** What DEL has to undo. It may still be at work for what nobody waits for. */
    private static void assertNothingIsLeft() throws IOException {
        var state = stand.paths().stateDir().resolve("cni");
        Await.until(
                "no attachment is kept",
                PATIENCE,
                () -> {
                    try (var files = Files.list(state)) {
                        return files.findAny().isEmpty();
                    }
                });
        assertThat(plugins.addresses()).as("addresses").isEmpty();
        // Pairs go with their namespace, which the kernel takes down in its own time.
        Await.until(
                "no interface is left",
                PATIENCE,
                () -> plugins.interfaces(stand.network()).isEmpty());
        assertThat(plugins.chains(stand.network())).as("chains").isEmpty();
    }

    private void reconnectTo(Step step) throws IOException {
        client.close();
        step.run();
        client = stand.connect();
    }

    private static PodSandboxConfig.Builder pod(String name) {
        return Requests.pod(name, stand.paths().podLogs());
    }

    private static PortMapping tcp(int containerPort, int hostPort, String hostIp) {
        return PortMapping.newBuilder()
                .setContainerPort(containerPort)
                .setHostPort(hostPort)
                .setHostIp(hostIp)
                .build();
    }

    private String run(PodSandboxConfig.Builder pod) {
        return client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId();
    }

    private Status refusal(PodSandboxConfig.Builder pod) {
        try {
            var id = run(pod);
            throw new AssertionError("the pod was run as " + id);
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private String start(String podId, PodSandboxConfig.Builder pod, String... command) {
        var container = Requests.container("main", busybox, command);
        var id =
                client.runtime()
                        .createContainer(Requests.create(podId, container, pod))
                        .getContainerId();
        client.runtime()
                .startContainer(StartContainerRequest.newBuilder().setContainerId(id).build());
        return id;
    }

    private void remove(String podId) {
        client.runtime()
                .stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(podId).build());
        client.runtime()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(podId).build());
    }

    private PodSandboxNetworkStatus network(String podId) {
        return client.runtime()
                .podSandboxStatus(
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(podId).build())
                .getStatus()
                .getNetwork();
    }

    private RuntimeCondition networkReady() {
        return client
                .runtime()
                .status(StatusRequest.getDefaultInstance())
                .getStatus()
                .getConditionsList()
                .stream()
                .filter(condition -> condition.getType().equals("NetworkReady"))
                .findFirst()
                .orElseThrow();
    }

    /** The server may need a moment to listen, and does not listen between two clients. */
    private static void assertGreeted(String container, String address, int port)
            throws IOException {
        var words = new String[] {"exec", "-s", container, "nc", "-w", "5", address, "" + port};
        Await.until(
                "a greeting from %s port %d".formatted(address, port),
                PATIENCE,
                () -> stand.crictl().attempt(words).text().equals("hi"));
    }

    private static void assertHostIsGreeted(String address) throws IOException {
        var client = stand.network().command("busybox", "nc", "-w", "5", address, "18080");
        Await.until(
                "a greeting from the host port at " + address,
                PATIENCE,
                () -> client.run().text().equals("hi"));
    }

    private interface Step {
        void run() throws IOException;
    }
}
