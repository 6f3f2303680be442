// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;

class CniResultTest {
    private static final CniVersion V03 = new CniVersion(0, 3, 1);
    private static final CniVersion V10 = new CniVersion(1, 0, 0);

    @ParameterizedTest
    @ValueSource(strings = {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void listOfAddresses_isReadInItsOrder(String version) throws JsonProcessingException {
        var result =
                """
                {"cniVersion": "%s",
                 "interfaces": [{"name": "cni0", "mac": "x"}, {"name": "veth7"},
                                {"name": "eth0", "sandbox": "/proc/1/ns/net"}, {"name": "ifb0"}],
                 "ips": [{"version": "6", "address": "fd00::5/64", "gateway": "fd00::1", "interface": 2},
                         {"version": "4", "address": "10.1.2.3/16", "interface": 2}],
                 "routes": [{"dst": "0.0.0.0/0"}], "dns": {}}
                """
                        .formatted(version);

        var network = read(result, CniVersion.parse(version).orElseThrow()).network("eth0");

        assertThat(network.ipTexts()).containsExactly("fd00::5", "10.1.2.3");
        assertThat(network.gateways()).containsExactly(InetAddress.ofLiteral("fd00::1"));
        assertThat(network.interfaceName()).isEqualTo("eth0");
        assertThat(network.hostInterfaceName()).isEqualTo("veth7");
    }

    @Test
    void addressesOfOldPlugins_areThePods() throws JsonProcessingException {
        var old =
                """
                {"cniVersion": "0.2.0",
                 "ip4": {"ip": "10.0.0.5/24", "gateway": "10.0.0.1", "routes": [{"dst": "0.0.0.0/0"}]},
                 "ip6": {"ip": "fd00::5/64"}}
                """;

        var result = read(old, V03);

        assertThat(result.network("eth0").ipTexts()).containsExactly("10.0.0.5", "fd00::5");
        assertThat(result.json().toString())
                .contains("\"cniVersion\":\"0.3.1\"", "\"version\":\"4\"", "\"version\":\"6\"")
                .contains("\"routes\":[{\"dst\":\"0.0.0.0/0\"}]")
                .doesNotContain("ip4");
    }

    @Test
    void otherVersion_isTurnedIntoTheConfigurations() throws JsonProcessingException {
        var old =
                "{\"cniVersion\": \"0.4.0\", \"ips\": [{\"version\": \"4\", \"address\": \"10.0.0.5/24\"}]}";

        assertThat(read(old, V10).json().toString())
                .isEqualTo("{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.5/24\"}]}");
    }

    @Test
    void sameVersion_isLeftAsItIs() throws JsonProcessingException {
        var given = "{\"cniVersion\":\"1.0.0\",\"ips\":[],\"unknown\":{\"a\":[1]}}";

        assertThat(read(given, V10).json().toString()).isEqualTo(given);
    }

    @Test
    void addressesOfTheHostAndOfFurtherInterfaces_areNotThePods() throws JsonProcessingException {
        var result =
                """
                {"cniVersion": "1.0.0",
                 "interfaces": [{"name": "cni0"}, {"name": "eth0", "sandbox": "/n"},
                                {"name": "net1", "sandbox": "/n"}],
                 "ips": [{"address": "10.0.0.1/24", "interface": 0},
                         {"address": "10.0.0.9/24", "interface": 2},
                         {"address": "10.0.0.5/24", "interface": 1}]}
                """;

        assertThat(read(result, V10).network("eth0").ipTexts()).containsExactly("10.0.0.5");
    }

    @Test
    void addressesOfAnInterfaceOfAnotherName_areThePodsIfThereAreNoOthers()
            throws JsonProcessingException {
        var result =
                """
                {"cniVersion": "1.0.0", "interfaces": [{"name": "ens1", "sandbox": "/n"}],
                 "ips": [{"address": "10.0.0.9/24", "interface": 0}]}
                """;

        assertThat(read(result, V10).network("eth0").ipTexts()).containsExactly("10.0.0.9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[]|not a JSON object",
                "{\"ips\": [{\"address\": \"ten\"}]}|'ten' is not an address",
                "{\"ips\": [{\"address\": \"10.0.0.1/33\"}]}|'10.0.0.1/33' is not an address",
                "{\"ips\": [{\"address\": \"10.0.0.1/24\", \"gateway\": \"x\"}]}|'x' is not an address",
                "{\"ips\": [{\"address\": \"10.0.0.1/24\", \"interface\": 1}]}|of interface 1, but there are 0"
            })
    void answerThatIsNoResult_isRefused(String answer, String words) {
        assertThatThrownBy(() -> read(answer, V10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    private static CniResult read(String text, CniVersion version) throws JsonProcessingException {
        JsonNode node = new ObjectMapper().readTree(text);
        return CniResult.of(node, version);
    }
}
