// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class NftRulesTest {
    private final Lease lease =
            new Lease(
                    "aa11",
                    "default/web",
                    2,
                    List.of(InetAddress.ofLiteral("10.93.0.2"), InetAddress.ofLiteral("fd93::2")),
                    "rst0",
                    List.of(
                            PortMapping.of(PortProtocol.TCP, 80, 8080, ""),
                            PortMapping.of(PortProtocol.UDP, 53, 5353, "192.0.2.1"),
                            PortMapping.of(PortProtocol.SCTP, 7, 7000, "fd00::1")));

    @Test
    void addElements_fillTheMapOfEachFamilyAndKind() {
        assertThat(new NftRules(config(true)).addElements(lease))
                .isEqualTo(
                        """
                        add element inet ristretto-ristretto0 ports4 { tcp . 8080 : 10.93.0.2 . 80 }
                        add element inet ristretto-ristretto0 ports6 { tcp . 8080 : fd93::2 . 80 }
                        add element inet ristretto-ristretto0 addressports4 { 192.0.2.1 . udp . 5353 : 10.93.0.2 . 53 }
                        add element inet ristretto-ristretto0 addressports6 { fd00::1 . sctp . 7000 : fd93::2 . 7 }
                        """);
    }

    @Test
    void deleteElements_nameTheSameKeys() {
        assertThat(new NftRules(config(true)).deleteElements(lease))
                .isEqualTo(
                        """
                        delete element inet ristretto-ristretto0 ports4 { tcp . 8080 }
                        delete element inet ristretto-ristretto0 ports6 { tcp . 8080 }
                        delete element inet ristretto-ristretto0 addressports4 { 192.0.2.1 . udp . 5353 }
                        delete element inet ristretto-ristretto0 addressports6 { fd00::1 . sctp . 7000 }
                        """);
    }

    @Test
    void replaceTable_servesTheLeasesInTheSameTransaction() {
        var rules = new NftRules(config(true));

        assertThat(rules.replaceTable(List.of(lease)))
                .startsWith(
                        "add table inet ristretto-ristretto0\ndelete table inet ristretto-ristretto0\n")
                .endsWith("}\n" + rules.addElements(lease));
    }

    @Test
    void replaceTable_masqueradesEachSubnetOnce() {
        assertThat(new NftRules(config(true)).replaceTable(List.of()))
                .containsOnlyOnce(
                        "ip saddr 10.93.0.0/16 ip daddr != 10.93.0.0/16 masquerade fully-random")
                .containsOnlyOnce(
                        "ip6 saddr fd93::/64 ip6 daddr != fd93::/64 masquerade fully-random");
    }

    @Test
    void replaceTable_withoutMasquerade_stillBringsHostPortAnswersBack() {
        assertThat(new NftRules(config(false)).replaceTable(List.of()))
                .doesNotContain("!=")
                .contains("ip daddr 10.93.0.0/16 ct status dnat masquerade");
    }

    static BuiltInNetworkConfig config(boolean masquerade) {
        return new BuiltInNetworkConfig(
                "ristretto0",
                Optional.of(Subnet.parse("10.93.0.0/16")),
                Optional.of(Subnet.parse("fd93::/64")),
                0,
                masquerade,
                Path.of("/nowhere"));
    }
}
