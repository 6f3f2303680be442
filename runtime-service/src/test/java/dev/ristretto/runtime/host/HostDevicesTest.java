// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.syscall.DeviceNumber;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.plan.ResolvedDevice;
import dev.ristretto.runtime.spec.CdiDeviceNode;
import dev.ristretto.runtime.spec.DeviceConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

class HostDevicesTest {
    private final HostDevices devices = new HostDevices(LinuxSyscalls.load());

    @TempDir private Path directory;

    @Test
    void resolve_ofADevice_findsItsNumber() throws IOException {
        assertThat(devices.resolve(List.of(new DeviceConfig("/dev/nil", "/dev/null", "rw"))))
                .containsExactly(
                        new ResolvedDevice(
                                "/dev/null",
                                "/dev/nil",
                                DeviceRule.Kind.CHARACTER,
                                new DeviceNumber(1, 3),
                                0666,
                                "rw"));
    }

    @Test
    void resolve_ofALink_findsTheDevice() throws IOException {
        var link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/zero"));

        assertThat(devices.resolve(List.of(new DeviceConfig("/z", link.toString(), "r"))))
                .extracting(ResolvedDevice::number)
                .containsExactly(new DeviceNumber(1, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/none", "/etc/passwd", "/etc/passwd/x"})
    void resolve_ofWhatIsNone_isRefused(String path) {
        assertThatThrownBy(() -> devices.resolve(List.of(new DeviceConfig("/x", path, "rw"))))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining("host_path '" + path + "'");
    }

    @Test
    void resolve_ofACdiNode_isTheHostsButForWhatItSays() throws IOException {
        var asOnTheHost = cdi("/dev/null", Optional.empty(), OptionalLong.empty());
        var changed = cdi("/dev/null", Optional.of(0600), OptionalLong.of(7));

        assertThat(devices.resolve(asOnTheHost).node())
                .isEqualTo(new ResolvedDevice.Node(0666, 0, 0));
        assertThat(devices.resolve(changed))
                .isEqualTo(
                        new ResolvedDevice(
                                "/dev/null",
                                "/dev/gpu",
                                DeviceRule.Kind.CHARACTER,
                                new DeviceNumber(1, 3),
                                new ResolvedDevice.Node(0600, 7, 0),
                                "rw"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/none", "/etc/passwd"})
    void resolve_ofACdiNodeThatIsNone_namesTheSpecification(String path) {
        assertThatThrownBy(() -> devices.resolve(cdi(path, Optional.empty(), OptionalLong.empty())))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining("'%s' of /etc/cdi/gpu.json is".formatted(path));
    }

    private static CdiDeviceNode cdi(String hostPath, Optional<Integer> mode, OptionalLong uid) {
        return new CdiDeviceNode(
                "/etc/cdi/gpu.json", "/dev/gpu", hostPath, "rw", mode, uid, OptionalLong.empty());
    }

    @Test
    void all_areThoseOfTheHostButNoTerminals() throws IOException {
        assertThat(devices.all())
                .extracting(ResolvedDevice::containerPath)
                .contains("/dev/null", "/dev/urandom")
                .doesNotContain("/dev/console", "/dev/ptmx")
                .noneMatch(path -> path.startsWith("/dev/pts/") || path.startsWith("/dev/shm/"));
    }
}
