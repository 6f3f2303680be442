// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.HostCgroups;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@Tag("root")
class HostProbeKernelIT {
    @Test
    void probe_findsWhatThisKernelsVersionHas() throws IOException {
        var release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).split("[.-]");
        int version = Integer.parseInt(release[0]) * 100 + Integer.parseInt(release[1]);

        var features = new HostProbe(LinuxSyscalls.load()).probe(HostCgroups.detect());

        assertThat(features.overlay())
                .isEqualTo(version >= 607 ? OverlayMount.LOWERDIR_PLUS : OverlayMount.ONE_PAGE);
        assertThat(features.recursiveReadOnly()).isEqualTo(version >= 512);
        assertThat(features.seccompFilter()).isTrue();
        assertThat(features.cgroupMode()).isEqualTo(HostCgroups.detect().mode());
    }
}
