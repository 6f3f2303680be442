// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class HostForwardingTest {
    private static final BuiltInNetworkConfig CONFIG = NftRulesTest.config(true);

    @TempDir private Path directory;

    @BeforeEach
    void aHostThatForwardsNothing() throws IOException {
        write("ipv4/ip_forward", "0");
        write("ipv4/conf/ristretto0/route_localnet", "0");
        write("ipv6/conf/all/forwarding", "0");
        write("ipv6/conf/all/accept_ra", "1");
        write("ipv6/conf/default/accept_ra", "1");
        write("ipv6/conf/eth0/accept_ra", "1");
        write("ipv6/conf/eth1/accept_ra", "0");
        write("ipv6/conf/ristretto0/accept_ra", "1");
        write("ipv6/conf/ristretto0/accept_dad", "1");
        write("ipv6/conf/rst0123456789a/accept_ra", "1");
    }

    @Test
    void enable_switchesOnWhatIsOffAndSaysSo() throws IOException {
        forwarding().enable(CONFIG);

        assertThat(read("ipv4/ip_forward")).isEqualTo("1");
        assertThat(read("ipv6/conf/all/forwarding")).isEqualTo("1");
        assertThat(forwarding().facts())
                .contains("sysctl net/ipv4/ip_forward set from 0 to 1")
                .contains("sysctl net/ipv6/conf/all/forwarding set from 0 to 1");
    }

    @Test
    void enable_keepsTheRouterAdvertisementsThatForwardingWouldEnd() throws IOException {
        forwarding().enable(CONFIG);

        assertThat(read("ipv6/conf/eth0/accept_ra")).isEqualTo("2");
        assertThat(read("ipv6/conf/eth1/accept_ra")).isEqualTo("0");
        assertThat(read("ipv6/conf/default/accept_ra")).isEqualTo("1");
        assertThat(forwarding().facts()).anyMatch(fact -> fact.contains("eth0/accept_ra"));
    }

    @Test
    void enable_letsNoPodPoseAsRouter() throws IOException {
        forwarding().enable(CONFIG);

        assertThat(read("ipv6/conf/ristretto0/accept_ra")).isEqualTo("0");
        assertThat(read("ipv6/conf/ristretto0/accept_dad")).isEqualTo("0");
        assertThat(read("ipv6/conf/rst0123456789a/accept_ra")).isEqualTo("1");
    }

    @Test
    void enable_leavesTheLoopbackShut_untilAsked() throws IOException {
        forwarding().enable(CONFIG);
        assertThat(read("ipv4/conf/ristretto0/route_localnet")).isEqualTo("0");

        forwarding().openLoopback(CONFIG);

        assertThat(read("ipv4/conf/ristretto0/route_localnet")).isEqualTo("1");
    }

    @Test
    void restore_givesBackWhatWasThereBeforeTheFirstDaemon() throws IOException {
        forwarding().enable(CONFIG);
        forwarding().enable(CONFIG);

        forwarding().restore();

        assertThat(read("ipv4/ip_forward")).isEqualTo("0");
        assertThat(read("ipv6/conf/all/forwarding")).isEqualTo("0");
        assertThat(read("ipv6/conf/eth0/accept_ra")).isEqualTo("1");
        assertThat(forwarding().facts()).isEmpty();
    }

    @Test
    void restore_leavesWhatSomebodyChangedSince() throws IOException {
        forwarding().enable(CONFIG);
        write("ipv6/conf/eth0/accept_ra", "0");

        forwarding().restore();

        assertThat(read("ipv6/conf/eth0/accept_ra")).isEqualTo("0");
    }

    @Test
    void restore_whenAnInterfaceIsGone_restoresTheRest() throws IOException {
        forwarding().enable(CONFIG);
        Files.delete(directory.resolve("ipv6/conf/eth0/accept_ra"));

        forwarding().restore();

        assertThat(read("ipv4/ip_forward")).isEqualTo("0");
    }

    private HostForwarding forwarding() {
        return new HostForwarding(directory, new SysctlJournal(directory.resolve("changed")));
    }

    private void write(String key, String value) throws IOException {
        Files.createDirectories(directory.resolve(key).getParent());
        Files.writeString(directory.resolve(key), value + "\n");
    }

    private String read(String key) throws IOException {
        return Files.readString(directory.resolve(key)).strip();
    }
}
