// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.List;

class HostsFileTest {
    @Test
    void contentFor_aPod_namesItsAddressesAfterTheLocalOnes() {
        var ips = List.of(InetAddress.ofLiteral("10.4.0.2"), InetAddress.ofLiteral("fd00::2"));

        assertThat(HostsFile.contentFor("web-0", ips).lines())
                .startsWith("127.0.0.1\tlocalhost")
                .endsWith("10.4.0.2\tweb-0", "fd00::2\tweb-0");
    }

    @Test
    void contentFor_aPodWithoutHostname_hasOnlyTheLocalNames() {
        var ips = List.of(InetAddress.ofLiteral("10.4.0.2"));

        assertThat(HostsFile.contentFor("", ips)).doesNotContain("10.4.0.2");
    }
}
