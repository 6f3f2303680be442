// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.cgroup.HostCgroups;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.probe.HostProbe;
import dev.ristretto.linux.seccomp.SeccompProfiles;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.host.SecurityModules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** The kernel that the daemon runs on. */
record Host(
        LinuxSyscalls linux,
        Cgroups cgroups,
        HostFeatures features,
        HostCapabilities capabilities,
        SeccompProfiles seccomp,
        SecurityModules modules,
        InstantSource clock) {
    /** How it calls itself; empty if it does not say. */
    static String name() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return ""; // only a word in traces
        }
    }

    /** Looks at it. */
    static Host detect() throws IOException {
        var linux = LinuxSyscalls.load();
        var cgroups = HostCgroups.detect();
        return new Host(
                linux,
                cgroups,
                new HostProbe(linux).probe(cgroups),
                HostCapabilities.detect(),
                new SeccompProfiles(linux),
                SecurityModules.detect(),
                InstantSource.system());
    }
}
