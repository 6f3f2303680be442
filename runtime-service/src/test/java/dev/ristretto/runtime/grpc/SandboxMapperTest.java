// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.network.PortMapping;
import dev.ristretto.runtime.network.PortProtocol;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.spec.SandboxMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import runtime.v1.DNSConfig;
import runtime.v1.IDMapping;
import runtime.v1.Int64Value;
import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxPodSandboxConfig;
import runtime.v1.LinuxSandboxSecurityContext;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.Protocol;
import runtime.v1.UserNamespace;

import java.util.List;
import java.util.Map;

class SandboxMapperTest {
    private static final PodSandboxMetadata METADATA =
            PodSandboxMetadata.newBuilder()
                    .setName("web")
                    .setNamespace("default")
                    .setUid("u1")
                    .setAttempt(2)
                    .build();

    /** Everything that has a meaning, each value different from every other. */
    static PodSandboxConfig full() {
        return PodSandboxConfig.newBuilder()
                .setMetadata(METADATA)
                .setHostname("web-0")
                .setLogDirectory("/var/log/pods/web")
                .setDnsConfig(
                        DNSConfig.newBuilder()
                                .addServers("10.96.0.10")
                                .addSearches("svc.local")
                                .addOptions("ndots:5"))
                .addPortMappings(
                        runtime.v1.PortMapping.newBuilder()
                                .setProtocol(Protocol.UDP)
                                .setContainerPort(53)
                                .setHostPort(5353)
                                .setHostIp("192.0.2.7"))
                .putLabels("app", "web")
                .putAnnotations("note", "a")
                .setLinux(
                        LinuxPodSandboxConfig.newBuilder()
                                .setCgroupParent("/kubepods/pod1")
                                .putSysctls("net.ipv4.ip_forward", "1")
                                .setSecurityContext(
                                        LinuxSandboxSecurityContext.newBuilder()
                                                .setPrivileged(true)
                                                .setNamespaceOptions(
                                                        NamespaceOption.newBuilder()
                                                                .setNetworkValue(2)
                                                                .setPidValue(1)
                                                                .setIpcValue(2))))
                .build();
    }

    @Test
    void everyField_isTaken() {
        assertThat(SandboxMapper.fromProto(full(), "kata"))
                .isEqualTo(
                        new SandboxConfig(
                                new SandboxMetadata("web", "default", "u1", 2),
                                "web-0",
                                "/var/log/pods/web",
                                new DnsConfig(
                                        List.of("10.96.0.10"),
                                        List.of("svc.local"),
                                        List.of("ndots:5")),
                                List.of(PortMapping.of(PortProtocol.UDP, 53, 5353, "192.0.2.7")),
                                Map.of("app", "web"),
                                Map.of("note", "a"),
                                "/kubepods/pod1",
                                Map.of("net.ipv4.ip_forward", "1"),
                                new NamespaceOptions(
                                        NamespaceMode.NODE,
                                        NamespaceMode.CONTAINER,
                                        NamespaceMode.NODE,
                                        ""),
                                true,
                                "kata"));
    }

    @Test
    void noField_isOverlooked() {
        Fields.of(PodSandboxConfig.getDescriptor())
                .tried("metadata", "hostname", "log_directory", "dns_config", "port_mappings")
                .tried("labels", "annotations", "linux")
                .leftOut("of another system", "windows")
                .areAll();
        Fields.of(LinuxPodSandboxConfig.getDescriptor())
                .tried("cgroup_parent", "security_context", "sysctls")
                .leftOut("they are no part of what a pod is: PodLimits", "overhead", "resources")
                .areAll();
        Fields.of(LinuxSandboxSecurityContext.getDescriptor())
                .tried("namespace_options", "privileged")
                .leftOut(
                        "there is no process of a pod's own that it would be about",
                        "selinux_options",
                        "run_as_user",
                        "run_as_group",
                        "readonly_rootfs",
                        "supplemental_groups",
                        "supplemental_groups_policy",
                        "seccomp",
                        "apparmor",
                        "seccomp_profile_path")
                .areAll();
        Fields.of(NamespaceOption.getDescriptor())
                .tried("network", "pid", "ipc", "target_id", "userns_options")
                .areAll();
    }

    @Test
    void metadataAlone_meansDefaults() {
        var config = PodSandboxConfig.newBuilder().setMetadata(METADATA).build();

        assertThat(SandboxMapper.fromProto(config, ""))
                .isEqualTo(
                        new SandboxConfig(
                                new SandboxMetadata("web", "default", "u1", 2),
                                "",
                                "",
                                DnsConfig.none(),
                                List.of(),
                                Map.of(),
                                Map.of(),
                                "",
                                Map.of(),
                                NamespaceOptions.pod(),
                                false,
                                ""));
    }

    @Test
    void whatIsAboutNoProcessOfOurs_isNoReasonToRefuse() {
        var config =
                PodSandboxConfig.newBuilder()
                        .setMetadata(METADATA)
                        .setLinux(
                                LinuxPodSandboxConfig.newBuilder()
                                        .setOverhead(
                                                LinuxContainerResources.newBuilder()
                                                        .setCpuShares(-1))
                                        .setSecurityContext(
                                                LinuxSandboxSecurityContext.newBuilder()
                                                        .setRunAsUser(
                                                                Int64Value.newBuilder()
                                                                        .setValue(1))))
                        .build();

        assertThat(SandboxMapper.fromProto(config, "").privileged()).isFalse();
    }

    @Test
    void missingMetadata_isRefused() {
        refused(PodSandboxConfig.getDefaultInstance(), "config.metadata is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "namespace", "uid"})
    void emptyMetadata_isRefusedByItsField(String field) {
        var descriptor = PodSandboxMetadata.getDescriptor().findFieldByName(field);

        refused(
                full().toBuilder().setMetadata(METADATA.toBuilder().clearField(descriptor)).build(),
                "config.metadata.%s is empty".formatted(field));
    }

    @ParameterizedTest
    @CsvSource({
        "70000, 80, port_mappings.host_port 70000 is not within 0 to 65535",
        "-1, 80, port_mappings.host_port -1 is not within 0 to 65535",
        "8080, 0, port_mappings.container_port 0 is not within 1 to 65535",
    })
    void portThatIsNone_isRefused(int hostPort, int containerPort, String message) {
        refused(
                withPort(
                        runtime.v1.PortMapping.newBuilder()
                                .setHostPort(hostPort)
                                .setContainerPort(containerPort)),
                message);
    }

    @Test
    void sliceOfSystemd_isRefusedWithWhatToDo() {
        var config = full().toBuilder();
        config.getLinuxBuilder().setCgroupParent("kubepods-besteffort-pod1.slice");

        refused(
                config.build(),
                "linux.cgroup_parent 'kubepods-besteffort-pod1.slice' is a slice of the systemd"
                        + " cgroup driver, and this runtime's driver is cgroupfs, as RuntimeConfig"
                        + " says; set cgroupDriver: cgroupfs in the kubelet's configuration");
        config.getLinuxBuilder().setCgroupParent("/kubepods.slice/pod1.slice");
        assertThat(SandboxMapper.fromProto(config.build(), "").cgroupParent())
                .isEqualTo("/kubepods.slice/pod1.slice");
    }

    @Test
    void hostIpThatIsNone_isRefused() {
        refused(
                withPort(
                        runtime.v1.PortMapping.newBuilder()
                                .setHostPort(1)
                                .setContainerPort(1)
                                .setHostIp("localhost")),
                "port_mappings.host_ip 'localhost' is not an IPv4 or IPv6 address");
    }

    @Test
    void protocolThatIsNone_isRefused() {
        refused(
                withPort(runtime.v1.PortMapping.newBuilder().setProtocolValue(9)),
                "port_mappings.protocol 9 does not exist");
    }

    @Test
    void namespaceModes_thatCannotBe_areRefusedByTheirField() {
        refused(
                with(NamespaceOption.newBuilder().setNetworkValue(1)),
                "namespace_options.network is CONTAINER; it must be POD or NODE");
        refused(
                with(NamespaceOption.newBuilder().setIpcValue(3)),
                "namespace_options.ipc is TARGET; it must be POD or NODE");
        refused(
                with(NamespaceOption.newBuilder().setPidValue(3)),
                "namespace_options.target_id is empty, but namespace_options.pid is TARGET");
        refused(
                with(NamespaceOption.newBuilder().setPidValue(9)),
                "namespace_options.pid does not exist");
    }

    @Test
    void userNamespace_isTaken_andEchoedAsItWasSent() {
        var mappings =
                List.of(
                        mapping(0, 100_000, 1000),
                        mapping(1000, (int) 3_000_000_000L, (int) 2_000_000L));
        var users = UserNamespace.newBuilder().addAllUids(mappings).addAllGids(mappings);
        var sent = NamespaceOption.newBuilder().setUsernsOptions(users);

        var namespaces = SandboxMapper.fromProto(with(sent), "").namespaces();

        assertThat(namespaces.ids())
                .isEqualTo(
                        new IdMap(
                                List.of(
                                        new IdMap.Range(0, 100_000, 1000),
                                        new IdMap.Range(1000, 3_000_000_000L, 2_000_000))));
        assertThat(SandboxMapper.toProto(namespaces)).isEqualTo(sent.build());
    }

    @Test
    void userNamespaceOfTheHost_isTaken_andEchoedAsItWasSent() {
        var sent = NamespaceOption.newBuilder();
        sent.getUsernsOptionsBuilder().setModeValue(2);

        var namespaces = SandboxMapper.fromProto(with(sent), "").namespaces();

        assertThat(namespaces.ids()).isEqualTo(IdMap.HOST);
        assertThat(SandboxMapper.toProto(namespaces)).isEqualTo(sent.build());
        assertThat(SandboxMapper.toProto(NamespaceOptions.pod()).hasUsernsOptions()).isFalse();
    }

    @Test
    void userNamespace_thatMapsUsersAndGroupsDifferently_isRefused() {
        var users =
                UserNamespace.newBuilder()
                        .addUids(mapping(0, 1000, 10))
                        .addGids(mapping(0, 2000, 10));

        refused(
                with(NamespaceOption.newBuilder().setUsernsOptions(users)),
                "namespace_options.userns_options.uids and namespace_options.userns_options.gids"
                        + " differ; give both the same mappings");
        refused(
                with(
                        NamespaceOption.newBuilder()
                                .setUsernsOptions(UserNamespace.newBuilder().setModeValue(7))),
                "namespace_options.userns_options.mode does not exist");
    }

    private static IDMapping mapping(int containerId, int hostId, int length) {
        return IDMapping.newBuilder()
                .setContainerId(containerId)
                .setHostId(hostId)
                .setLength(length)
                .build();
    }

    private static PodSandboxConfig withPort(runtime.v1.PortMapping.Builder port) {
        return full().toBuilder().clearPortMappings().addPortMappings(port).build();
    }

    private static PodSandboxConfig with(NamespaceOption.Builder options) {
        var config = full().toBuilder();
        config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options);
        return config.build();
    }

    private static void refused(PodSandboxConfig config, String message) {
        assertThat(Refusal.of(() -> SandboxMapper.fromProto(config, "")))
                .isEqualTo(new Refusal(FaultKind.INVALID_ARGUMENT, message));
    }
}
