// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.NullNode;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.network.PodAttachment;
import dev.ristretto.runtime.network.PortMapping;
import dev.ristretto.runtime.network.PortProtocol;
import dev.ristretto.runtime.network.Subnet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class CapabilityArgsTest {
    @Test
    void everythingKnown_isTold() {
        var args =
                CapabilityArgs.of(
                        pod(
                                "ns",
                                "web",
                                Map.of(
                                        "kubernetes.io/ingress-bandwidth", "10M",
                                        "kubernetes.io/egress-bandwidth", "1500k")),
                        List.of(Subnet.parse("10.244.3.0/24"), Subnet.parse("fd00:3::/64")));

        assertThat(args.get("portMappings"))
                .hasToString(
                        "[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"},"
                                + "{\"hostPort\":53,\"containerPort\":53,\"protocol\":\"udp\","
                                + "\"hostIP\":\"fd00::1\"},"
                                + "{\"hostPort\":9,\"containerPort\":9,\"protocol\":\"sctp\"}]");
        var bandwidth = args.getOrDefault("bandwidth", NullNode.instance);
        assertThat(bandwidth.path("ingressRate").asLong()).isEqualTo(10_000_000);
        assertThat(bandwidth.path("egressRate").asLong()).isEqualTo(1_500_000);
        assertThat(bandwidth.path("ingressBurst").asLong()).isEqualTo(Integer.MAX_VALUE);
        assertThat(args.get("dns"))
                .hasToString(
                        "{\"servers\":[\"10.96.0.10\"],\"searches\":[\"svc\"],\"options\":[]}");
        assertThat(args.get("ipRanges"))
                .hasToString("[[{\"subnet\":\"10.244.3.0/24\"}],[{\"subnet\":\"fd00:3::/64\"}]]");
        assertThat(args.get("aliases")).hasToString("[\"web\"]");
        assertThat(args.getOrDefault("cgroupPath", NullNode.instance).asText())
                .isEqualTo("/kubepods/pod1");
        assertThat(args.get("io.kubernetes.cri.pod-annotations")).hasSize(2);
    }

    @Test
    void whatIsNotKnown_isNotTold() {
        var bare = new PodAttachment("a", "ns/web", Path.of("/n"), List.of());

        assertThat(CapabilityArgs.of(bare, List.of())).containsOnlyKeys("aliases");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "-1M", "999", "1.1P", "1E"})
    void bandwidthThatIsNone_isRefusedByName(String value) {
        var pod = pod("ns", "web", Map.of("kubernetes.io/egress-bandwidth", value));

        assertThatThrownBy(() -> CapabilityArgs.of(pod, List.of()))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageStartingWith(
                        "annotation kubernetes.io/egress-bandwidth is '%s'; it must be"
                                .formatted(value));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "12, 12",
        "1.5k, 1500",
        "10M, 10000000",
        "1Ki, 1024",
        "1.5Gi, 1610612736",
        "1e6, 1000000",
        "2E3, 2000",
        "1500m, 2",
        "9E, 9000000000000000000"
    })
    void quantity_isReadAsKubernetesWritesIt(String text, long value) {
        assertThat(Quantity.parse(text)).hasValue(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "1K", "1 M", "10E", "1e99", "0x10", "1.2.3"})
    void textThatIsNoQuantity_isNone(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }

    @Test
    void cniArgs_sayWhoThePodIs() {
        assertThat(CniArgs.of(pod("ns", "web", Map.of())))
                .isEqualTo(
                        "IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=web;"
                                + "K8S_POD_INFRA_CONTAINER_ID=a1;K8S_POD_UID=uid-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;IP=1.2.3.4", "a=b", "a\0b"})
    void nameThatWouldBeReadAsMore_isRefused(String name) {
        assertThatThrownBy(() -> CniArgs.of(pod("ns", name, Map.of())))
                .hasMessageStartingWith("metadata.name '");
    }

    private static PodAttachment pod(
            String namespace, String name, Map<String, String> annotations) {
        return new PodAttachment(
                "a1",
                namespace + "/" + name,
                Path.of("/proc/1/ns/net"),
                List.of(
                        PortMapping.of(PortProtocol.TCP, 80, 8080, ""),
                        PortMapping.of(PortProtocol.UDP, 53, 53, "fd00::1"),
                        PortMapping.of(PortProtocol.SCTP, 9, 9, "0.0.0.0"),
                        PortMapping.of(PortProtocol.TCP, 81, 0, "")),
                new PodAttachment.Details(
                        namespace,
                        name,
                        "uid-1",
                        new DnsConfig(List.of("10.96.0.10"), List.of("svc"), List.of()),
                        annotations,
                        "/kubepods/pod1"));
    }
}
