// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.syscall.FileSystemStatus;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.stats.InterfaceCounters.Direction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the metrics of pods and of the containers that run in them. Safe from any thread. */
public final class PodMetrics {
    private final Cgroups cgroups;
    private final Readers readers;
    private final ProcessFiles processes;
    private final FileSystem fileSystem;
    private final InstantSource clock;

    /** Who reads what statistics need too. */
    public record Readers(CgroupReadings cgroups, PodUsage pods, LayerSizes layers) {}

    /** Asks about the file system with writable layers. */
    @FunctionalInterface
    public interface FileSystem {
        FileSystemStatus status() throws IOException;
    }

    /**
     * A pod's metrics.
     *
     * @param pod what is the pod's own: its network
     * @param containers those of each container that runs, by id
     */
    public record Reading(List<MetricSample> pod, Map<String, List<MetricSample>> containers) {}

    public PodMetrics(
            Cgroups cgroups, Readers readers, FileSystem fileSystem, InstantSource clock) {
        this.cgroups = cgroups;
        this.readers = readers;
        this.processes = new ProcessFiles(Path.of("/proc"));
        this.fileSystem = fileSystem;
        this.clock = clock;
    }

    /** Reads a pod's metrics; a container that goes meanwhile has none. */
    public Reading read(Sandbox sandbox, List<Container> containers) {
        var usage = readers.pods().read(sandbox);
        var pod = new Samples(labels(sandbox, "", sandbox.cgroup(), "", ""));
        usage.interfaces()
                .ifPresent(all -> all.forEach(counters -> network(pod, counters, usage.at())));
        Map<String, List<MetricSample>> ofContainers = new LinkedHashMap<>();
        for (var container : containers) {
            if (container.state() instanceof ContainerState.Running(var startedAt, var pid)) {
                figures(container, pid)
                        .ifPresent(
                                figures ->
                                        ofContainers.put(
                                                container.id().value(),
                                                ContainerMetrics.of(
                                                        labels(sandbox, container),
                                                        container,
                                                        startedAt,
                                                        figures,
                                                        PodMetrics::deviceName)));
            }
        }
        return new Reading(pod.list(), ofContainers);
    }

    private Optional<ContainerFigures> figures(Container container, int pid) {
        var usage = readers.cgroups().read(container.cgroup());
        if (usage.isEmpty()) {
            return Optional.empty();
        }
        try {
            var cgroup = cgroups.at(container.cgroup());
            var details = cgroup.details();
            return Optional.of(
                    new ContainerFigures(
                            clock.instant(),
                            usage.get(),
                            details,
                            cgroup.oomKills(),
                            processes.of(pid, details.processes()),
                            readers.layers().of(container.id()),
                            fileSystemStatus()));
        } catch (IOException e) {
            return Optional.empty(); // it has just ended
        }
    }

    private Optional<FileSystemStatus> fileSystemStatus() {
        try {
            return Optional.of(fileSystem.status());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> labels(Sandbox sandbox, Container container) {
        return labels(
                sandbox,
                container.config().metadata().name(),
                container.cgroup(),
                container.image().name(),
                container.id().value());
    }

    /** As cAdvisor fills them: the id is the cgroup, the name is the container's id. */
    private static List<String> labels(
            Sandbox sandbox, String container, String cgroup, String image, String name) {
        var metadata = sandbox.config().metadata();
        return List.of(container, cgroup, image, name, metadata.namespace(), metadata.name());
    }

    private static void network(Samples samples, InterfaceCounters counters, Instant at) {
        var name = counters.name();
        Direction in = counters.received();
        samples.add(MetricName.NETWORK_RECEIVE_BYTES_TOTAL, at, in.bytes(), name);
        samples.add(MetricName.NETWORK_RECEIVE_PACKETS_TOTAL, at, in.packets(), name);
        samples.add(MetricName.NETWORK_RECEIVE_ERRORS_TOTAL, at, in.errors(), name);
        samples.add(MetricName.NETWORK_RECEIVE_PACKETS_DROPPED_TOTAL, at, in.dropped(), name);
        Direction out = counters.transmitted();
        samples.add(MetricName.NETWORK_TRANSMIT_BYTES_TOTAL, at, out.bytes(), name);
        samples.add(MetricName.NETWORK_TRANSMIT_PACKETS_TOTAL, at, out.packets(), name);
        samples.add(MetricName.NETWORK_TRANSMIT_ERRORS_TOTAL, at, out.errors(), name);
        samples.add(MetricName.NETWORK_TRANSMIT_PACKETS_DROPPED_TOTAL, at, out.dropped(), name);
    }

    /** {@code /dev/vda}, by the link that sysfs has for the number; the number if it has none. */
    private static String deviceName(String number) {
        try {
            var target = Files.readSymbolicLink(Path.of("/sys/dev/block").resolve(number));
            return "/dev/" + target.getFileName();
        } catch (IOException e) {
            return number;
        }
    }
}
