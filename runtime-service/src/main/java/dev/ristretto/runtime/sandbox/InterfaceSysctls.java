// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Sets sysctls of a pod's interfaces. What lies below {@code /proc/sys/net} is that of the thread
 * that looks, whichever /proc it is.
 */
final class InterfaceSysctls {
    private static final Path SYSCTLS = Path.of("/proc/sys");

    private InterfaceSysctls() {}

    /**
     * Sets them in a network namespace.
     *
     * @param sysctls by path below /proc/sys
     * @throws RuntimeFault {@code INVALID_ARGUMENT} naming the sysctl that there is not, or whose
     *     value the kernel refuses
     */
    static void set(LinuxSyscalls linux, Path netns, Map<String, String> sysctls)
            throws IOException {
        if (sysctls.isEmpty()) {
            return;
        }
        NamespaceThread.callIn(
                linux,
                netns,
                ProcessFlags.CLONE_NEWNET,
                () -> {
                    sysctls.forEach(InterfaceSysctls::set);
                    return netns;
                });
    }

    private static void set(String path, String value) {
        try {
            // Not created: procfs would answer EACCES where there is nothing.
            Files.writeString(SYSCTLS.resolve(path), value, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw RuntimeFault.invalidArgument(
                    "config.linux.sysctls: '%s' does not exist in the pod; its interfaces are lo and"
                            + " eth0",
                    path);
        } catch (IOException e) {
            throw RuntimeFault.invalidArgument(
                    "config.linux.sysctls: the kernel refuses '%s' for '%s': %s",
                    value, path, e.getMessage());
        }
    }
}
