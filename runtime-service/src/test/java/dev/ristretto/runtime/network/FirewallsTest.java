// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirewallsTest {
    @Test
    void facts_nameChainsThatDropForwardedPackets() {
        assertThat(
                        Firewalls.facts(
                                """
                                table ip nat {
                                	chain POSTROUTING {
                                		type nat hook postrouting priority srcnat; policy accept;
                                	}
                                }
                                table ip filter {
                                	chain INPUT {
                                		type filter hook input priority filter; policy drop;
                                	}
                                	chain FORWARD {
                                		type filter hook forward priority filter; policy drop;
                                	}
                                	chain DOCKER-USER {
                                	}
                                }
                                """,
                                "inet ristretto-ristretto0"))
                .singleElement()
                .asString()
                .startsWith(
                        "table ip filter, chain FORWARD drops forwarded packets by default: pods")
                .contains("docs/network.md");
    }

    @Test
    void facts_nameFirewalld_whichAcceptsByPolicyAndRejectsByRule() {
        assertThat(
                        Firewalls.facts(
                                """
                                table inet firewalld {
                                	chain filter_FORWARD {
                                		type filter hook forward priority filter + 10; policy accept;
                                	}
                                }
                                """,
                                "inet ristretto-ristretto0"))
                .singleElement()
                .asString()
                .startsWith("firewalld is on: pods reach only");
    }

    @Test
    void facts_ofAHostWithoutFirewall_areNone() {
        assertThat(Firewalls.facts("", "inet x")).isEmpty();
        assertThat(
                        Firewalls.facts(
                                """
                                table inet x {
                                	chain f {
                                		type filter hook forward priority filter; policy drop;
                                	}
                                }
                                """,
                                "inet x"))
                .isEmpty();
    }
}
