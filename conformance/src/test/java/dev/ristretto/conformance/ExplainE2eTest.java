// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.ContainerConfig;
import runtime.v1.ImageSpec;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.Mount;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PortMapping;
import runtime.v1.PullImageRequest;
import runtime.v1.SecurityProfile;
import runtime.v1.StartContainerRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Pods that fail, each in its way: the last line of {@code ristretto explain} says why. */
@Tag("root")
class ExplainE2eTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Stand stand;
    private static String busybox;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("explain");
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        stand.crictl().call("pull", busybox);
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @Test
    void imageThatIsMissing() throws IOException {
        var pod = pod("no-image");
        var id = run(pod);
        var image = busybox.replace("busybox:1", "nowhere:1");
        try (var client = stand.connect()) {
            var pull =
                    PullImageRequest.newBuilder()
                            .setImage(ImageSpec.newBuilder().setImage(image))
                            .setSandboxConfig(pod)
                            .build();
            assertThatThrownBy(() -> client.images().pullImage(pull))
                    .isInstanceOf(StatusRuntimeException.class);
        }

        assertThat(cause("no-image")).contains("nowhere:1").contains("not found");

        refusedToCreate(id, Requests.container("main", image, "true"), pod);
        assertThat(cause(id))
                .contains("image " + image + " of container main is not on this node")
                .contains("its last pull failed: ");
    }

    @Test
    void commandThatIsMissing() throws IOException {
        var id = start("no-command", Requests.container("main", busybox, "no-such-program"));

        assertThat(cause(id))
                .contains("exec \"no-such-program\": executable file not found in $PATH (ENOENT)");
        assertThat(explained(id))
                .contains("RunPodSandbox", "attach its network", "StartContainer: failed")
                .containsPattern("EXEC: exec \"no-such-program\": failed");
        assertThat(ristretto("explain", "--program", id).text())
                .containsPattern("\\d (ms|µs) +[0-9]+ CLONE: ")
                .containsPattern("\\d (ms|µs) +[0-9]+ MOVE_MOUNT: ");
    }

    @Test
    void memoryThatIsUsedUp() throws IOException {
        var limits = LinuxContainerResources.newBuilder().setMemoryLimitInBytes(16 << 20);
        var container =
                Requests.container(
                                "hungry",
                                busybox,
                                "dd",
                                "if=/dev/zero",
                                "of=/dev/shm/x",
                                "bs=1M",
                                "count=60")
                        .setLinux(LinuxContainerConfig.newBuilder().setResources(limits));

        var id = start("no-memory", container);

        assertThat(cause(id))
                .contains("container hungry was killed for memory (OOMKilled)")
                .contains("limit of 16 MiB");
    }

    @Test
    void mountThatCannotBe() throws IOException {
        var directory = Files.createDirectories(stand.scratch("a-directory"));
        var container =
                Requests.container("main", busybox, "sleep", "600")
                        .addMounts(
                                Mount.newBuilder()
                                        .setHostPath(directory.toString())
                                        .setContainerPath("/bin/busybox"));

        var id = start("bad-mount", container);

        assertThat(cause(id))
                .contains(
                        "start container main: make directory /bin/busybox: Not a directory (ENOTDIR)");
    }

    @Test
    void systemCallThatIsForbidden() throws IOException {
        var profile =
                Files.writeString(
                        stand.scratch("no-mkdir.json"),
                        """
                        {"defaultAction": "SCMP_ACT_ALLOW",
                         "syscalls": [{"names": ["mkdir", "mkdirat"],
                                       "action": "SCMP_ACT_KILL_PROCESS"}]}
                        """);
        var container =
                confined(
                        Requests.container("maker", busybox, "mkdir", "/tmp/x"),
                        SecurityProfile.newBuilder()
                                .setProfileType(SecurityProfile.ProfileType.Localhost)
                                .setLocalhostRef(profile.toString()));

        var id = start("forbidden", container);

        // Where auditd runs it takes the kernel's record of which call it was.
        assertThat(cause(id))
                .contains("container maker was ended by SIGSYS: seccomp profile " + profile)
                .containsPattern("forbids mkdir|does not say which");
    }

    @Test
    void portThatIsTaken() throws IOException {
        var owner = pod("port-owner").addPortMappings(port());
        run(owner);
        var late = pod("port-late").addPortMappings(port());
        try (var client = stand.connect()) {
            assertThatThrownBy(() -> client.runtime().runPodSandbox(Requests.run(late)))
                    .isInstanceOf(StatusRuntimeException.class);
        }

        assertThat(cause("port-late")).contains("8099").contains("port-owner");
        assertThat(explained("port-late")).startsWith("pod e2e/port-late: never came to be");
    }

    @Test
    void endWithACode_isExplainedWithWhatWasPrinted() throws IOException {
        var id =
                start(
                        "says-why",
                        Requests.container("main", busybox, "sh", "-c", "echo no config; exit 3"));

        assertThat(cause(id))
                .contains("container main ended with exit code 3")
                .endsWith("it printed last: no config");
    }

    @Test
    void newDaemon_knowsTheOutcome() throws IOException {
        var id = start("before", Requests.container("main", busybox, "no-such-program"));

        stand.daemon().kill9();
        stand.daemon().startAgain();

        assertThat(cause(id)).contains("exec \"no-such-program\"");
        assertThat(explained(id)).contains("a new daemon took over");
    }

    @Test
    void doctor_looksAtThisHost() throws IOException {
        var outcome = ristretto("doctor").run();

        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(outcome.text())
                .contains("cgroups", "overlayfs", "seccomp", "network")
                .endsWith("0 broken");
    }

    /** Once something has failed: the kernel's record of it may come a moment later. */
    private static String cause(String object) throws IOException {
        Await.until(
                "the failure of " + object + " is known",
                PATIENCE,
                () -> lastLine(explained(object)).startsWith("cause: "));
        return lastLine(explained(object));
    }

    private static String lastLine(String text) {
        return text.lines().reduce("", (_, last) -> last);
    }

    private static String explained(String object) throws IOException {
        return ristretto("explain", object).text();
    }

    private static Command ristretto(String... words) {
        var all = new ArrayList<String>();
        all.add("env");
        all.add("JAVA_HOME=" + System.getProperty("java.home"));
        all.add(Checkout.ristretto().toString());
        all.addAll(List.of("-r", "unix://" + stand.paths().socket()));
        all.addAll(List.of(words));
        return Command.of(all);
    }

    /**
     * Runs a pod with a container that fails when it is started or a moment later.
     *
     * @return the pod's id
     */
    private static String start(String name, ContainerConfig.Builder container) throws IOException {
        var pod = pod(name);
        var id = run(pod);
        try (var client = stand.connect()) {
            var containerId =
                    client.runtime()
                            .createContainer(Requests.create(id, container, pod))
                            .getContainerId();
            var request = StartContainerRequest.newBuilder().setContainerId(containerId).build();
            try {
                assertThat(client.runtime().startContainer(request).isInitialized()).isTrue();
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getDescription()).startsWith("start container");
            }
        }
        return id;
    }

    private static void refusedToCreate(
            String pod, ContainerConfig.Builder container, PodSandboxConfig.Builder config) {
        try (var client = stand.connect()) {
            assertThatThrownBy(
                            () ->
                                    client.runtime()
                                            .createContainer(
                                                    Requests.create(pod, container, config)))
                    .isInstanceOf(StatusRuntimeException.class);
        }
    }

    private static String run(PodSandboxConfig.Builder pod) {
        try (var client = stand.connect()) {
            return client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId();
        }
    }

    private static PodSandboxConfig.Builder pod(String name) {
        return Requests.pod(name, stand.paths().podLogs());
    }

    private static PortMapping.Builder port() {
        return PortMapping.newBuilder().setContainerPort(80).setHostPort(8099);
    }

    private static ContainerConfig.Builder confined(
            ContainerConfig.Builder container, SecurityProfile.Builder seccomp) {
        return container.setLinux(
                LinuxContainerConfig.newBuilder()
                        .setSecurityContext(
                                LinuxContainerSecurityContext.newBuilder().setSeccomp(seccomp)));
    }
}
