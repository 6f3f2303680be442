// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static dev.ristretto.runtime.grpc.StatsMapper.value;

import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.stats.InterfaceCounters;
import dev.ristretto.runtime.stats.PodUsage;

import runtime.v1.ContainerStats;
import runtime.v1.LinuxPodSandboxStats;
import runtime.v1.NetworkInterfaceUsage;
import runtime.v1.NetworkUsage;
import runtime.v1.PodSandboxAttributes;
import runtime.v1.PodSandboxStats;
import runtime.v1.PodSandboxStatsFilter;
import runtime.v1.ProcessUsage;

import java.time.Instant;
import java.util.List;

/** What pods use, to protocol buffers. One that is stopped has zeroes. */
final class PodStatsMapper {
    /** The interface whose figures clients show first. */
    private static final String DEFAULT_INTERFACE = "eth0";

    private PodStatsMapper() {}

    static PodSandboxStats toProto(
            Sandbox sandbox, PodUsage.Reading reading, List<ContainerStats> containers) {
        var config = sandbox.config();
        var usage = reading.cgroup().orElseGet(() -> StatsMapper.nothing(reading.at()));
        var linux =
                LinuxPodSandboxStats.newBuilder()
                        .setCpu(StatsMapper.cpu(usage))
                        .setMemory(StatsMapper.memory(usage))
                        .setIo(StatsMapper.io(usage))
                        .setProcess(
                                ProcessUsage.newBuilder()
                                        .setTimestamp(Times.nanos(usage.at()))
                                        .setProcessCount(value(usage.stats().pids())))
                        .addAllContainers(containers);
        reading.interfaces().ifPresent(all -> linux.setNetwork(network(all, reading.at())));
        return PodSandboxStats.newBuilder()
                .setAttributes(
                        PodSandboxAttributes.newBuilder()
                                .setId(sandbox.id().value())
                                .setMetadata(SandboxMapper.toProto(config.metadata()))
                                .putAllLabels(config.labels())
                                .putAllAnnotations(config.annotations()))
                .setLinux(linux)
                .build();
    }

    static boolean matches(Sandbox sandbox, PodSandboxStatsFilter filter) {
        return sandbox.id().value().startsWith(filter.getId())
                && SandboxMapper.hasLabels(sandbox.config().labels(), filter.getLabelSelectorMap());
    }

    private static NetworkUsage network(List<InterfaceCounters> interfaces, Instant at) {
        var network = NetworkUsage.newBuilder().setTimestamp(Times.nanos(at));
        for (var counters : interfaces) {
            if (counters.name().equals(DEFAULT_INTERFACE)) {
                network.setDefaultInterface(toProto(counters));
            } else {
                network.addInterfaces(toProto(counters));
            }
        }
        return network.build();
    }

    private static NetworkInterfaceUsage toProto(InterfaceCounters counters) {
        return NetworkInterfaceUsage.newBuilder()
                .setName(counters.name())
                .setRxBytes(value(counters.received().bytes()))
                .setRxErrors(value(counters.received().errors()))
                .setTxBytes(value(counters.transmitted().bytes()))
                .setTxErrors(value(counters.transmitted().errors()))
                .build();
    }
}
