// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.network.PortMapping;
import dev.ristretto.runtime.network.PortProtocol;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.spec.SandboxMetadata;

import runtime.v1.DNSConfig;
import runtime.v1.LinuxPodSandboxStatus;
import runtime.v1.Namespace;
import runtime.v1.NamespaceOption;
import runtime.v1.PodIP;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxFilter;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PodSandboxNetworkStatus;
import runtime.v1.PodSandboxState;
import runtime.v1.PodSandboxStatus;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pod sandboxes between protocol buffers and records. */
final class SandboxMapper {
    private SandboxMapper() {}

    static SandboxConfig fromProto(PodSandboxConfig config, String runtimeHandler) {
        if (!config.hasMetadata()) {
            throw RuntimeFault.invalidArgument("config.metadata is missing");
        }
        var linux = config.getLinux();
        var security = linux.getSecurityContext();
        return new SandboxConfig(
                metadata(config.getMetadata()),
                config.getHostname(),
                config.getLogDirectory(),
                dns(config.getDnsConfig()),
                config.getPortMappingsList().stream().map(SandboxMapper::portMapping).toList(),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                cgroupParent(linux.getCgroupParent()),
                linux.getSysctlsMap(),
                namespaces(security.getNamespaceOptions()),
                security.getPrivileged(),
                runtimeHandler);
    }

    static NamespaceOptions namespaces(NamespaceOption options) {
        return new NamespaceOptions(
                mode("network", options.getNetwork()),
                mode("pid", options.getPid()),
                mode("ipc", options.getIpc()),
                options.getTargetId(),
                options.hasUsernsOptions()
                        ? Optional.of(UserNamespaceMapper.fromProto(options.getUsernsOptions()))
                        : Optional.empty());
    }

    static NamespaceOption toProto(NamespaceOptions options) {
        var proto =
                NamespaceOption.newBuilder()
                        .setNetwork(toProto(options.network()))
                        .setPid(toProto(options.pid()))
                        .setIpc(toProto(options.ipc()))
                        .setTargetId(options.targetId());
        options.users().map(UserNamespaceMapper::toProto).ifPresent(proto::setUsernsOptions);
        return proto.build();
    }

    static runtime.v1.NamespaceMode toProto(NamespaceMode mode) {
        return runtime.v1.NamespaceMode.forNumber(mode.ordinal());
    }

    static PodSandboxStatus toStatus(Sandbox sandbox) {
        var config = sandbox.config();
        return PodSandboxStatus.newBuilder()
                .setId(sandbox.id().value())
                .setMetadata(toProto(config.metadata()))
                .setState(state(sandbox))
                .setCreatedAt(Times.nanos(sandbox.createdAt()))
                .setNetwork(network(sandbox))
                .setLinux(
                        LinuxPodSandboxStatus.newBuilder()
                                .setNamespaces(
                                        Namespace.newBuilder()
                                                .setOptions(toProto(config.namespaces()))))
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setRuntimeHandler(config.runtimeHandler())
                .build();
    }

    static PodSandbox toItem(Sandbox sandbox) {
        var config = sandbox.config();
        return PodSandbox.newBuilder()
                .setId(sandbox.id().value())
                .setMetadata(toProto(config.metadata()))
                .setState(state(sandbox))
                .setCreatedAt(Times.nanos(sandbox.createdAt()))
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setRuntimeHandler(config.runtimeHandler())
                .build();
    }

    static boolean matches(Sandbox sandbox, PodSandboxFilter filter) {
        return sandbox.id().value().startsWith(filter.getId())
                && (!filter.hasState() || filter.getState().getState() == state(sandbox))
                && hasLabels(sandbox.config().labels(), filter.getLabelSelectorMap());
    }

    static boolean hasLabels(Map<String, String> labels, Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }

    private static PodSandboxState state(Sandbox sandbox) {
        return sandbox.state() instanceof SandboxState.Ready
                ? PodSandboxState.SANDBOX_READY
                : PodSandboxState.SANDBOX_NOTREADY;
    }

    private static PodSandboxNetworkStatus network(Sandbox sandbox) {
        var status = PodSandboxNetworkStatus.newBuilder();
        List<String> ips =
                sandbox.state() instanceof SandboxState.Ready(_, PodNetwork network)
                        ? network.ipTexts()
                        : List.of();
        if (!ips.isEmpty()) {
            status.setIp(ips.getFirst());
            ips.stream()
                    .skip(1)
                    .forEach(ip -> status.addAdditionalIps(PodIP.newBuilder().setIp(ip)));
        }
        return status.build();
    }

    /** A slice has no path of its own that could be known without systemd. */
    private static String cgroupParent(String path) {
        if (!path.startsWith("/") && path.endsWith(".slice")) {
            throw RuntimeFault.invalidArgument(
                    "linux.cgroup_parent '%s' is a slice of the systemd cgroup driver, and this"
                            + " runtime's driver is cgroupfs, as RuntimeConfig says; set"
                            + " cgroupDriver: cgroupfs in the kubelet's configuration",
                    path);
        }
        return path;
    }

    private static SandboxMetadata metadata(PodSandboxMetadata metadata) {
        return new SandboxMetadata(
                metadata.getName(),
                metadata.getNamespace(),
                metadata.getUid(),
                metadata.getAttempt());
    }

    static PodSandboxMetadata toProto(SandboxMetadata metadata) {
        return PodSandboxMetadata.newBuilder()
                .setName(metadata.name())
                .setNamespace(metadata.namespace())
                .setUid(metadata.uid())
                .setAttempt(metadata.attempt())
                .build();
    }

    private static DnsConfig dns(DNSConfig dns) {
        return new DnsConfig(dns.getServersList(), dns.getSearchesList(), dns.getOptionsList());
    }

    private static PortMapping portMapping(runtime.v1.PortMapping mapping) {
        var protocol =
                switch (mapping.getProtocol()) {
                    case TCP -> PortProtocol.TCP;
                    case UDP -> PortProtocol.UDP;
                    case SCTP -> PortProtocol.SCTP;
                    case UNRECOGNIZED ->
                            throw RuntimeFault.invalidArgument(
                                    "port_mappings.protocol %d does not exist",
                                    mapping.getProtocolValue());
                };
        return PortMapping.of(
                protocol, mapping.getContainerPort(), mapping.getHostPort(), mapping.getHostIp());
    }

    static NamespaceMode mode(String field, runtime.v1.NamespaceMode mode) {
        return switch (mode) {
            case POD -> NamespaceMode.POD;
            case CONTAINER -> NamespaceMode.CONTAINER;
            case NODE -> NamespaceMode.NODE;
            case TARGET -> NamespaceMode.TARGET;
            case UNRECOGNIZED ->
                    throw RuntimeFault.invalidArgument(
                            "namespace_options.%s does not exist", field);
        };
    }
}
