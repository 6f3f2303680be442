// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;
import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.CriClient;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.KeyValue;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.Mount;
import runtime.v1.NamespaceMode;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;
import runtime.v1.StartContainerRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Containers as large as the kernel allows, and one step larger. */
@Tag("root")
class LimitsE2eTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What one argument or variable may have, its zero byte included: MAX_ARG_STRLEN. */
    private static final int LONGEST = 128 << 10;

    private static Stand stand;
    private static String busybox;
    private static PodSandboxConfig.Builder config;
    private static String pod;
    private static CriClient client;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("limits");
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        stand.crictl().call("pull", busybox);
        config = Requests.pod("large", stand.paths().podLogs());
        client = stand.connect();
        pod = client.runtime().runPodSandbox(Requests.run(config)).getPodSandboxId();
    }

    @AfterAll
    static void stop() {
        client.close();
        stand.close();
    }

    @Test
    void argumentsAndEnvironment_mayBeAsLongAsTheKernelLetsThem() throws IOException {
        var argument = "a".repeat(LONGEST - 1);
        var container =
                script("long", "echo $# ${#1} ${#2} ${#BIG0} ${#BIG5}", "sh").addArgs(argument);
        for (int i = 0; i < 6; i++) { // with the others 1.6 of the 2 MiB for all
            container.addArgs(argument);
            var name = "BIG" + i;
            container.addEnvs(
                    KeyValue.newBuilder()
                            .setKey(name)
                            .setValue(
                                    ByteString.copyFromUtf8(
                                            "e".repeat(LONGEST - 2 - name.length()))));
        }

        var status = runToItsEnd(container);

        assertThat(status.getExitCode()).isZero();
        assertThat(logged("long")).isEqualTo("7 131071 131071 131066 131066");
    }

    @Test
    void oneArgumentThatIsTooLong_isRefusedWithItsSize() throws IOException {
        assertTooLarge(script("one", "true", "sh").addArgs("a".repeat(LONGEST)), "131073");
    }

    @Test
    void argumentsThatAreTooLongTogether_areRefusedWithTheirSize() throws IOException {
        var container = script("all", "true", "sh");
        for (int i = 0; i < 20; i++) {
            container.addArgs("a".repeat(LONGEST - 1));
        }
        assertTooLarge(container, Integer.toString(20 * LONGEST).substring(0, 3));
    }

    private static void assertTooLarge(ContainerConfig.Builder container, String size)
            throws IOException {
        var id = create(container);
        var before = stand.residue();

        var answer = catchThrowableOfType(StatusRuntimeException.class, () -> startContainer(id));

        assertThat(answer.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.getStatus().getDescription()).contains("E2BIG", "bytes", "128 KiB", size);
        Await.until(
                "its process is reaped",
                PATIENCE,
                () -> stand.residue().processes().equals(before.processes()));
        assertThat(stand.residue().mounts()).isEqualTo(before.mounts());
    }

    @Test
    void threeHundredMounts_areAllThere() throws IOException {
        var container =
                script("mounts", "grep -c ' /mnt/m' /proc/mounts; cat /mnt/m299/name", "sh");
        for (int i = 0; i < 300; i++) {
            var source = Files.createDirectories(stand.scratch("volumes").resolve("v" + i));
            Files.writeString(source.resolve("name"), "volume " + i);
            container.addMounts(
                    Mount.newBuilder()
                            .setHostPath(source.toString())
                            .setContainerPath("/mnt/m" + i));
        }

        var status = runToItsEnd(container);

        assertThat(status.getExitCode()).isZero();
        assertThat(logged("mounts")).isEqualTo("300\nvolume 299");
    }

    @Test
    void imageOf128Layers_isPulledAndStarted() throws IOException {
        var image = stand.registry().push(layers(128), "e2e/layers:128");
        stand.crictl().call("pull", image);

        var status =
                runToItsEnd(
                        Requests.container(
                                "layers",
                                image,
                                "sh",
                                "-c",
                                "ls /layers | wc -l; cat /layers/127 /last"));

        assertThat(status.getExitCode()).isZero();
        assertThat(logged("layers").lines()).containsExactly("127", "layer 127", "layer 127");
    }

    @Test
    void targetsProcesses_areSeenByAnEphemeralContainer() throws IOException {
        var target =
                create(
                        inPids(
                                script("target", "exec sleep 3604", "sh"),
                                NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER)));
        startContainer(target);
        var options = NamespaceOption.newBuilder().setPid(NamespaceMode.TARGET).setTargetId(target);

        var status =
                runToItsEnd(
                        inPids(script("debug", "tr '\\0' ' ' </proc/1/cmdline", "sh"), options));

        assertThat(status.getExitCode()).isZero();
        assertThat(logged("debug")).contains("sleep 3604");
    }

    @Test
    void reaperOfASharedPidNamespace_reapsOrphans() throws IOException {
        var options = NamespaceOption.newBuilder().setPid(NamespaceMode.POD);
        // Each orphan has a parent that ends at once.
        var orphans =
                "i=0; while [ $i -lt 100 ]; do sh -c 'sh -c \"echo $i\" >/dev/null &';"
                        + " i=$((i+1)); done; touch /done; exec sleep 3600";
        var config2 = Requests.pod("shared", stand.paths().podLogs()).setLinux(config.getLinux());
        var shared = client.runtime().runPodSandbox(Requests.run(config2)).getPodSandboxId();
        var id =
                client.runtime()
                        .createContainer(
                                Requests.create(
                                        shared,
                                        inPids(script("orphans", orphans, "sh"), options),
                                        config2))
                        .getContainerId();
        startContainer(id);

        Await.until("all were started", PATIENCE, () -> printed(id, "ls /done").contains("/done"));
        Await.until(
                "no zombie is left",
                PATIENCE,
                () -> printed(id, "grep -l 'State:.Z' /proc/[0-9]*/status | wc -l").equals("0"));
        assertThat(printed(id, "cat /proc/1/comm")).isNotEqualTo("sleep");
    }

    private static Path layers(int count) throws IOException {
        var archive =
                new OciArchiveBuilder("docker.io/library/layers:" + count)
                        .layer(new BusyboxImage(BusyboxImage.HOST_BUSYBOX).entries());
        for (int i = 1; i < count; i++) {
            var text = "layer %d\n".formatted(i);
            archive.layer(
                    List.of(
                            LayerEntry.directory("layers", 0755),
                            LayerEntry.file("layers/" + i, text, 0644),
                            LayerEntry.file("last", text, 0644)));
        }
        var file = stand.scratch("layers-%d.tar".formatted(count));
        archive.config(ImageConfig.running("sh")).writeArchive(file);
        return file;
    }

    private static ContainerConfig.Builder script(String name, String script, String zero) {
        return Requests.container(name, busybox, "sh", "-c", script, zero);
    }

    private static ContainerConfig.Builder inPids(
            ContainerConfig.Builder container, NamespaceOption.Builder options) {
        return container.setLinux(
                LinuxContainerConfig.newBuilder()
                        .setSecurityContext(
                                LinuxContainerSecurityContext.newBuilder()
                                        .setNamespaceOptions(options)));
    }

    private static String create(ContainerConfig.Builder container) {
        return client.runtime()
                .createContainer(Requests.create(pod, container, config))
                .getContainerId();
    }

    private static void startContainer(String id) {
        var request = StartContainerRequest.newBuilder().setContainerId(id).build();
        assertThat(client.runtime().startContainer(request).isInitialized()).isTrue();
    }

    private static ContainerStatus runToItsEnd(ContainerConfig.Builder container)
            throws IOException {
        var id = create(container);
        startContainer(id);
        Await.until(
                "it ends",
                PATIENCE,
                () -> status(id).getState() == ContainerState.CONTAINER_EXITED);
        return status(id);
    }

    private static ContainerStatus status(String id) {
        var request = ContainerStatusRequest.newBuilder().setContainerId(id).build();
        return client.runtime().containerStatus(request).getStatus();
    }

    private static String printed(String id, String script) {
        var request =
                ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(List.of("sh", "-c", script))
                        .setTimeout(30);
        return client.runtime().execSync(request.build()).getStdout().toStringUtf8().strip();
    }

    /** What it printed, without what the log has before each line. */
    private static String logged(String name) throws IOException {
        var log = stand.paths().podLogs().resolve("large").resolve(name + ".log");
        return String.join(
                "\n", Files.readAllLines(log).stream().map(line -> line.split(" ", 4)[3]).toList());
    }
}
