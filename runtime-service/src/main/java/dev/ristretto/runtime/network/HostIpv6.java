// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.file.KernelFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether this host speaks IPv6, see ip-sysctl.rst.
 *
 * @param sysctls {@code /proc/sys/net}
 */
record HostIpv6(Path sysctls) {
    /** Why not; empty if it does. */
    Optional<String> missing() throws IOException {
        var settings = sysctls.resolve("ipv6/conf");
        if (Files.notExists(settings)) {
            return Optional.of("this kernel has no IPv6");
        }
        // "default" is what a new bridge gets.
        for (var name : List.of("all", "default")) {
            var file = settings.resolve(name).resolve("disable_ipv6");
            if (KernelFile.text(file).equals("1")) {
                return Optional.of(
                        "IPv6 is off on this host (net.ipv6.conf.%s.disable_ipv6)".formatted(name));
            }
        }
        return Optional.empty();
    }
}
