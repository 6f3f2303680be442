// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.container.CreateContainer;
import dev.ristretto.runtime.container.RemoveContainer;
import dev.ristretto.runtime.container.ReopenContainerLog;
import dev.ristretto.runtime.container.StartContainer;
import dev.ristretto.runtime.container.StopContainer;
import dev.ristretto.runtime.container.UpdateContainerResources;
import dev.ristretto.runtime.exec.ContainerExec;
import dev.ristretto.runtime.exec.ExecSync;
import dev.ristretto.runtime.sandbox.RemovePodSandbox;
import dev.ristretto.runtime.sandbox.RunPodSandbox;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.sandbox.StopPodSandbox;
import dev.ristretto.runtime.sandbox.UpdatePodResources;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.stats.CgroupReadings;
import dev.ristretto.runtime.stats.ContainerUsage;
import dev.ristretto.runtime.stats.LayerSizes;
import dev.ristretto.runtime.stats.PodMetrics;
import dev.ristretto.runtime.stats.PodUsage;
import dev.ristretto.runtime.stream.AttachTarget;
import dev.ristretto.runtime.stream.PortForwardTarget;
import dev.ristretto.runtime.stream.StreamingServer;

import java.nio.file.Path;
import java.time.InstantSource;

/** What {@link RuntimeGrpcService} calls: one use case per RPC, grouped by what they act on. */
public record RuntimeCalls(
        Sandboxes sandboxes, Containers containers, Execs execs, Usage usage, NodeStatus status) {
    /** On pod sandboxes. */
    public record Sandboxes(
            SandboxStore store,
            RunPodSandbox run,
            StopPodSandbox stop,
            RemovePodSandbox remove,
            UpdatePodResources update) {}

    /**
     * On containers.
     *
     * @param unsetSeccomp the profile of a container that names none
     */
    public record Containers(
            ContainerStore store,
            CreateContainer create,
            StartContainer start,
            StopContainer stop,
            RemoveContainer remove,
            UpdateContainerResources update,
            ReopenContainerLog reopenLog,
            SeccompProfile unsetSeccomp) {}

    /** In containers, and what else clients are connected to. */
    public record Execs(
            ExecSync sync,
            ContainerExec check,
            StreamingServer streaming,
            AttachTarget attach,
            PortForwardTarget ports) {}

    /** Of containers and pods. */
    public record Usage(
            CgroupReadings cgroups,
            ContainerUsage containers,
            PodUsage pods,
            PodMetrics metrics,
            Path stateDir) {
        /**
         * Reads what is used.
         *
         * @param fileSystem with writable layers
         * @param stateDir on it
         */
        public static Usage of(
                Cgroups cgroups,
                LayerSizes layers,
                PodMetrics.FileSystem fileSystem,
                Path stateDir,
                InstantSource clock) {
            var readings = new CgroupReadings(cgroups, clock);
            var pods = new PodUsage(readings, clock);
            return new Usage(
                    readings,
                    new ContainerUsage(readings, layers, clock),
                    pods,
                    new PodMetrics(
                            cgroups,
                            new PodMetrics.Readers(readings, pods, layers),
                            fileSystem,
                            clock),
                    stateDir);
        }
    }
}
