// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.CriClient;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Residue;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import runtime.v1.ContainerState;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.ExecSyncResponse;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.LinuxPodSandboxConfig;
import runtime.v1.LinuxSandboxSecurityContext;
import runtime.v1.NamespaceMode;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;
import runtime.v1.RemoveContainerRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.StartContainerRequest;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopPodSandboxRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Containers that do not want to end, and requests that come while or after they do. */
@Tag("root")
class LifecycleE2eTest {
    private static final String NO_SUCH_ID = "0123456789abcdef".repeat(4);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Each process starts one and ends: nobody who reads a list of them can kill them by it. */
    private static final String CHAINS =
            "export X='sh -c \"$X\" &'; for i in $(seq 40); do sh -c \"$X\"; done; exec sleep 3600";

    /** Each starts two, as many as are allowed: it waits for that. */
    private static final String BOMB =
            "export X='sh -c \"$X\" & sh -c \"$X\" &'; until [ -e /go ]; do sleep 0.05; done;"
                    + " while :; do sh -c \"$X\"; done";

    private static Stand stand;
    private static String busybox;
    private CriClient client;
    private PodSandboxConfig.Builder config = PodSandboxConfig.newBuilder();
    private String pod = NO_SUCH_ID;
    private Residue before;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("lifecycle");
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        stand.crictl().call("pull", busybox);
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @BeforeEach
    void connect() throws IOException {
        before = stand.residue();
        client = stand.connect();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        stand.removePods();
    }

    @ParameterizedTest
    @EnumSource(names = {"POD", "CONTAINER", "NODE"})
    void podWhoseProcessesForkFasterThanTheyDie_isStopped(NamespaceMode pids) throws IOException {
        var container = runIn(pids, CHAINS);
        var processes = cgroup(container).resolve("cgroup.procs");
        Await.until("they fork", PATIENCE, () -> Files.readAllLines(processes).size() > 20);

        stopAndRemovePod();
    }

    @ParameterizedTest
    @EnumSource(names = {"POD", "CONTAINER", "NODE"})
    void forkBombAtItsLimitOfPids_isStopped(NamespaceMode pids) throws IOException {
        var container = runIn(pids, BOMB);
        var cgroup = cgroup(container);
        Files.writeString(cgroup.resolve("pids.max"), "200");
        assertThat(exec(container, "touch /go").getExitCode()).isZero();
        var current = cgroup.resolve("pids.current");
        Await.until(
                "it is at its limit",
                PATIENCE,
                () -> Long.parseLong(Files.readString(current).strip()) > 150);

        stopAndRemovePod();
    }

    @ParameterizedTest
    @EnumSource(names = {"POD", "CONTAINER", "NODE"})
    void containerThatEnds_takesItsProcessesWithIt(NamespaceMode pids) throws IOException {
        var container = runIn(pids, "sleep 3601 & sleep 3602 & exec sleep 3603");
        var processes = cgroup(container).resolve("cgroup.procs");
        Await.until("all run", PATIENCE, () -> Files.readAllLines(processes).size() == 3);

        stopContainer(container, 0);

        assertThat(state(container)).isEqualTo(ContainerState.CONTAINER_EXITED);
        Await.until(
                "nothing of it is left",
                PATIENCE,
                () -> !Files.exists(processes) || Files.readAllLines(processes).isEmpty());
        stopAndRemovePod();
    }

    @Test
    void processThatCannotDie_isNamedInTime_andStoppedWhenItCan() throws IOException {
        var container = runIn(NamespaceMode.CONTAINER, "exec sleep 3600");
        var pid = Long.toString(stand.crictl().pid(container));
        // The runtime thaws the container's own cgroup; this is the one above it.
        var freezer = cgroupOf(pid, "freezer").resolveSibling("freezer.state");
        assumeTrue(Files.exists(freezer), "no cgroup v1 freezer: there a frozen process dies");
        Files.writeString(freezer, "FROZEN");
        try {
            long began = System.nanoTime();
            var answer =
                    catchThrowableOfType(
                            StatusRuntimeException.class, () -> stopContainer(container, 1));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
            assertThat(answer.getStatus().getDescription())
                    .contains("kill container main", pid, "do not die", "retry");
            assertThat(state(container)).isEqualTo(ContainerState.CONTAINER_RUNNING);
        } finally {
            Files.writeString(freezer, "THAWED");
        }

        stopContainer(container, 0);

        assertThat(state(container)).isEqualTo(ContainerState.CONTAINER_EXITED);
        stopAndRemovePod();
    }

    @Test
    void execInAContainerThatStops_works_andThenSaysThatItHasEnded() throws IOException {
        var container =
                runIn(
                        NamespaceMode.CONTAINER,
                        "trap 'touch /stopping' TERM; until [ -e /end ]; do sleep 0.05; done");
        var stopping =
                CompletableFuture.runAsync(
                        () -> stopContainer(container, 100),
                        task -> Thread.ofVirtual().start(task));
        Await.until(
                "it is being stopped",
                PATIENCE,
                () -> exec(container, "test -e /stopping").getExitCode() == 0);

        assertThat(stand.crictl().call("exec", container, "echo", "alive")).isEqualTo("alive");
        assertThat(exec(container, "touch /end").getExitCode()).isZero();
        stopping.join();

        var answer =
                catchThrowableOfType(
                        StatusRuntimeException.class, () -> exec(container, "echo alive"));
        assertThat(answer.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(answer.getStatus().getDescription()).contains("container main", "not run");
        var streamed = stand.crictl().attempt("exec", container, "echo", "alive");
        assertThat(streamed.exitCode()).isNotZero();
        assertThat(streamed.stderr()).contains("container main", "not run");
    }

    @Test
    void stopAndRemove_twice_inAnyState_andOfWhatIsUnknown_succeed() throws IOException {
        var running = runIn(NamespaceMode.CONTAINER, "exec sleep 3600");
        var created = create("created", NamespaceMode.CONTAINER, "exec sleep 3600");
        var exited = create("exited", NamespaceMode.CONTAINER, "exit 3");
        startContainer(exited);
        Await.until("it ends", PATIENCE, () -> state(exited) == ContainerState.CONTAINER_EXITED);
        for (var container : List.of(running, created, exited, NO_SUCH_ID)) {
            stopContainer(container, 0);
            stopContainer(container, 1);
            removeContainer(container);
            removeContainer(container);
            stopContainer(container, 0);
        }
        // Without a stop before it, too.
        var removed = create("removed", NamespaceMode.CONTAINER, "exec sleep 3600");
        startContainer(removed);
        removeContainer(removed);
        removeContainer(removed);

        for (var sandbox : List.of(NO_SUCH_ID, pod)) {
            for (int i = 0; i < 2; i++) {
                stopPod(sandbox);
            }
            for (int i = 0; i < 2; i++) {
                removePod(sandbox);
            }
            stopPod(sandbox);
        }
        assertNothingIsLeft();
    }

    /** Runs a shell script in a new pod with such a pid namespace. */
    private String runIn(NamespaceMode pids, String script) {
        config = Requests.pod("life", stand.paths().podLogs()).setLinux(pidsOfPod(pids));
        pod = client.runtime().runPodSandbox(Requests.run(config)).getPodSandboxId();
        var container = create("main", pids, script);
        startContainer(container);
        return container;
    }

    private static LinuxPodSandboxConfig pidsOfPod(NamespaceMode pids) {
        return LinuxPodSandboxConfig.newBuilder()
                .setSecurityContext(
                        LinuxSandboxSecurityContext.newBuilder()
                                .setNamespaceOptions(NamespaceOption.newBuilder().setPid(pids)))
                .build();
    }

    private String create(String name, NamespaceMode pids, String script) {
        var namespaces = NamespaceOption.newBuilder().setPid(pids);
        var container =
                Requests.container(name, busybox, "sh", "-c", script)
                        .setLinux(
                                LinuxContainerConfig.newBuilder()
                                        .setSecurityContext(
                                                LinuxContainerSecurityContext.newBuilder()
                                                        .setNamespaceOptions(namespaces)));
        return client.runtime()
                .createContainer(Requests.create(pod, container, config))
                .getContainerId();
    }

    private void startContainer(String id) {
        var request = StartContainerRequest.newBuilder().setContainerId(id).build();
        assertThat(client.runtime().startContainer(request).isInitialized()).isTrue();
    }

    private void stopContainer(String id, long grace) {
        var request = StopContainerRequest.newBuilder().setContainerId(id).setTimeout(grace);
        assertThat(client.runtime().stopContainer(request.build()).isInitialized()).isTrue();
    }

    private void removeContainer(String id) {
        var request = RemoveContainerRequest.newBuilder().setContainerId(id).build();
        assertThat(client.runtime().removeContainer(request).isInitialized()).isTrue();
    }

    private void stopPod(String id) {
        var request = StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build();
        assertThat(client.runtime().stopPodSandbox(request).isInitialized()).isTrue();
    }

    private void removePod(String id) {
        var request = RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build();
        assertThat(client.runtime().removePodSandbox(request).isInitialized()).isTrue();
    }

    private void stopAndRemovePod() throws IOException {
        long began = System.nanoTime();
        stopPod(pod);
        removePod(pod);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws IOException {
        Await.until(
                "nothing is left of the pod: " + stand.residue().processes(),
                PATIENCE,
                () -> stand.residue().processes().equals(before.processes()));
        assertThat(stand.residue().cgroups()).isEqualTo(before.cgroups());
        assertThat(stand.residue().mounts()).isEqualTo(before.mounts());
    }

    private ContainerState state(String id) {
        var request = ContainerStatusRequest.newBuilder().setContainerId(id).build();
        return client.runtime().containerStatus(request).getStatus().getState();
    }

    private ExecSyncResponse exec(String id, String script) {
        var request =
                ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(List.of("sh", "-c", script))
                        .setTimeout(30);
        return client.runtime().execSync(request.build());
    }

    private static Path cgroup(String container) throws IOException {
        return cgroupOf(Long.toString(stand.crictl().pid(container)), "pids");
    }

    /** The directory of the cgroup that a process is in, for one controller. */
    private static Path cgroupOf(String pid, String controller) throws IOException {
        var root = Path.of("/sys/fs/cgroup");
        var unified = root;
        for (var line : Files.readAllLines(Path.of("/proc", pid, "cgroup"))) {
            var parts = line.split(":", 3);
            if (List.of(parts[1].split(",")).contains(controller)) {
                return root.resolve(controller).resolve(parts[2].substring(1));
            }
            if (parts[1].isEmpty()) {
                unified = root.resolve(parts[2].substring(1));
            }
        }
        return unified;
    }
}
