// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class HostIpv6Test {
    @TempDir private Path sysctls;

    @Test
    void kernelWithoutIpv6_isSaidToBeOne() throws IOException {
        assertThat(new HostIpv6(sysctls).missing()).contains("this kernel has no IPv6");
    }

    @Test
    void hostThatSwitchedItOff_isNamedByItsSetting() throws IOException {
        write("all", "0");
        write("default", "1");

        assertThat(new HostIpv6(sysctls).missing())
                .contains("IPv6 is off on this host (net.ipv6.conf.default.disable_ipv6)");
    }

    @Test
    void hostWithIpv6_missesNothing() throws IOException {
        write("all", "0");
        write("default", "0");

        assertThat(new HostIpv6(sysctls).missing()).isEmpty();
    }

    private void write(String name, String value) throws IOException {
        var directory = Files.createDirectories(sysctls.resolve("ipv6/conf").resolve(name));
        Files.writeString(directory.resolve("disable_ipv6"), value + "\n");
    }
}
