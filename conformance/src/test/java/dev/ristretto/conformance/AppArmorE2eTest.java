// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import runtime.v1.Capability;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.LinuxPodSandboxConfig;
import runtime.v1.LinuxSandboxSecurityContext;
import runtime.v1.PodSandboxConfig;
import runtime.v1.SecurityProfile;
import runtime.v1.SecurityProfile.ProfileType;
import runtime.v1.StartContainerRequest;
import runtime.v1.StopContainerRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What AppArmor makes of containers, on a kernel that has it, with apparmor_parser in PATH; such a
 * one is in the guest of the lane cgroupv2.
 */
@Tag("root")
@EnabledIf(
        value = "hostHasAppArmor",
        disabledReason = "this host has no AppArmor; the guest of the lane cgroupv2 has")
class AppArmorE2eTest {
    private static final String CONFINED = "ristretto-default (enforce)";
    private static final String OWN = "ristretto-e2e-deny-write";

    private static Stand stand;
    private static String busybox;
    private static String pod;
    private static PodSandboxConfig.Builder config;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("apparmor");
        busybox =
                stand.registry()
                        .push(TestImages.busybox(stand.scratch("busybox.tar")), "e2e/busybox:1");
        stand.crictl().call("pull", busybox);
        config =
                Requests.pod("apparmor", stand.paths().podLogs())
                        .setLinux(
                                LinuxPodSandboxConfig.newBuilder()
                                        .setSecurityContext(
                                                LinuxSandboxSecurityContext.newBuilder()
                                                        .setPrivileged(true)));
        try (var client = stand.connect()) {
            pod = client.runtime().runPodSandbox(Requests.run(config)).getPodSandboxId();
        }
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    static boolean hostHasAppArmor() throws IOException {
        var enabled = Path.of("/sys/module/apparmor/parameters/enabled");
        return Files.exists(enabled) && Files.readString(enabled).startsWith("Y");
    }

    @Test
    void whoSaysNothing_isConfined_andSoAreExecsOfIt() throws IOException {
        var container = run("plain", security());

        assertThat(inContainer(container, "until [ -s /label ]; do sleep 0.1; done; cat /label"))
                .isEqualTo(CONFINED);
        assertThat(inContainer(container, "cat /proc/self/attr/current")).isEqualTo(CONFINED);
    }

    @Test
    void anotherDaemon_execsUnderTheSameProfile() throws IOException {
        var container = run("survivor", security());

        stand.daemon().kill9();
        stand.daemon().startAgain();

        assertThat(inContainer(container, "cat /proc/self/attr/current")).isEqualTo(CONFINED);
    }

    /** With the capability, and without the profile, it can: nothing else is in the way. */
    @Test
    void whatTheDefaultProfileRefuses_isRefusedAndReported() throws IOException {
        var able = Capability.newBuilder().addAddCapabilities("SYS_ADMIN");
        var mount =
                "mkdir -p /m; mount -t tmpfs over-there /m 2>&1; grep -c over-there /proc/mounts";
        var free =
                run(
                        "free",
                        security()
                                .setCapabilities(able)
                                .setApparmor(profile(ProfileType.Unconfined, "")));
        var confined = run("confined", security().setCapabilities(able));

        assertThat(inContainer(free, mount)).isEqualTo("1");
        assertThat(inContainer(confined, mount)).endsWith("\n0");
        assertThat(Command.of("dmesg").text())
                .containsPattern(
                        "apparmor=\"DENIED\" operation=\"mount\" .*profile=\"ristretto-default\"");
    }

    @Test
    void kernelSettingsOfTheHost_cannotBeWritten_thoseOfThePodCan() throws IOException {
        // Mounted once more, as nothing of it is read-only then.
        var container =
                run(
                        "writer",
                        security()
                                .setPrivileged(true)
                                .setApparmor(profile(ProfileType.Localhost, "ristretto-default")));

        assertThat(inContainer(container, "(echo 0 >/proc/sys/vm/swappiness) 2>&1"))
                .contains("Permission denied");
        assertThat(inContainer(container, "(echo core >/proc/sys/kernel/core_pattern) 2>&1"))
                .contains("Permission denied");
        assertThat(inContainer(container, "(echo h >/proc/sysrq-trigger) 2>&1"))
                .contains("Permission denied");
        assertThat(inContainer(container, "(: >/sys/kernel/uevent_helper) 2>&1"))
                .contains("Permission denied");
        assertThat(inContainer(container, "echo 1 >/proc/sys/net/ipv4/ip_forward && echo done"))
                .isEqualTo("done");
        assertThat(inContainer(container, "echo 64 >/proc/sys/kernel/shmmni && echo done"))
                .isEqualTo("done");
    }

    @Test
    void privileged_isNotConfined() throws IOException {
        var container = run("privileged", security().setPrivileged(true));

        assertThat(inContainer(container, "cat /proc/self/attr/current")).isEqualTo("unconfined");
    }

    @Test
    void profileOfTheNode_isAppliedToExecsToo() throws IOException {
        load();
        var container = run("own", security().setApparmor(profile(ProfileType.Localhost, OWN)));

        assertThat(inContainer(container, "cat /proc/self/attr/current"))
                .isEqualTo(OWN + " (enforce)");
        assertThat(inContainer(container, "(echo x >/tmp/x) 2>&1")).contains("Permission denied");
    }

    @Test
    void profileThatIsNotLoaded_isRefusedByName() {
        var security = security().setApparmor(profile(ProfileType.Localhost, "no-such"));

        assertThatThrownBy(() -> create("refused", security))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(
                        "security_context.apparmor localhost/no-such: no such profile is loaded on"
                                + " this node; load it with: apparmor_parser --replace FILE");
    }

    @Test
    void profileThatWasRemovedMeanwhile_failsTheStartByName() throws IOException {
        load();
        var id = create("late", security().setApparmor(profile(ProfileType.Localhost, OWN)));
        assertThat(
                        Command.of(
                                        "sh",
                                        "-c",
                                        "echo 'profile %s {}' | apparmor_parser -R".formatted(OWN))
                                .run()
                                .exitCode())
                .isZero();

        assertThatThrownBy(() -> start(id))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(
                        "start container late: set security attribute apparmor/exec to 'exec "
                                + OWN
                                + "': No such file or directory (ENOENT); no such AppArmor profile"
                                + " is loaded any more");
    }

    @Test
    void confinedContainer_isStoppedByItsSignal() throws IOException {
        var id = run("stopped", security());
        // It writes its label once it has its trap.
        assertThat(inContainer(id, "until [ -s /label ]; do sleep 0.1; done; echo trapped"))
                .contains("trapped");

        try (var client = stand.connect()) {
            var stop = StopContainerRequest.newBuilder().setContainerId(id).setTimeout(60);
            assertThat(client.runtime().stopContainer(stop.build()).isInitialized()).isTrue();
            var request = ContainerStatusRequest.newBuilder().setContainerId(id).build();
            assertThat(client.runtime().containerStatus(request).getStatus().getExitCode())
                    .isEqualTo(7);
        }
    }

    private static void load() throws IOException {
        var text = "profile %s { file, signal, audit deny /tmp/** w, }".formatted(OWN);
        var loaded =
                Command.of("sh", "-c", "echo '%s' | apparmor_parser -K -r".formatted(text)).run();
        assertThat(loaded.exitCode()).as(loaded.toString()).isZero();
    }

    private static SecurityProfile.Builder profile(ProfileType type, String reference) {
        return SecurityProfile.newBuilder().setProfileType(type).setLocalhostRef(reference);
    }

    private static LinuxContainerSecurityContext.Builder security() {
        return LinuxContainerSecurityContext.newBuilder();
    }

    private static String run(String name, LinuxContainerSecurityContext.Builder security) {
        var id = create(name, security);
        start(id);
        return id;
    }

    private static String create(String name, LinuxContainerSecurityContext.Builder security) {
        var container =
                Requests.container(
                                name,
                                busybox,
                                "sh",
                                "-c",
                                "trap 'exit 7' TERM; cat /proc/self/attr/current >/label; while :; do"
                                        + " sleep 0.1; done")
                        .setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(security));
        try (var client = stand.connect()) {
            return client.runtime()
                    .createContainer(Requests.create(pod, container, config))
                    .getContainerId();
        }
    }

    private static void start(String id) {
        try (var client = stand.connect()) {
            var request = StartContainerRequest.newBuilder().setContainerId(id).build();
            assertThat(client.runtime().startContainer(request).isInitialized()).isTrue();
        }
    }

    private static String inContainer(String id, String script) {
        try (var client = stand.connect()) {
            var request =
                    ExecSyncRequest.newBuilder()
                            .setContainerId(id)
                            .addCmd("sh")
                            .addCmd("-c")
                            .addCmd(script)
                            .setTimeout(60)
                            .build();
            ByteString stdout = client.runtime().execSync(request).getStdout();
            return stdout.toStringUtf8().strip();
        }
    }
}
