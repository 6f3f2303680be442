// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.LinuxContainerResources;
import runtime.v1.UpdateContainerResourcesRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "update",
        description = "Change the limits of running containers; what is not given stays.",
        footer = {
            "ristretto update --memory 268435456 9b1d",
            "ristretto update --cpu-period 100000 --cpu-quota 50000 9b1d"
        })
final class Update implements Callable<Integer> {
    private final Session session;

    @Option(names = "--cpu-period", paramLabel = "MICROSECONDS", description = "CFS period.")
    private long cpuPeriod;

    @Option(
            names = "--cpu-quota",
            paramLabel = "MICROSECONDS",
            description = "CPU time in each period; -1 for no limit.")
    private long cpuQuota;

    @Option(
            names = {"--cpu-share", "--cpu-shares"},
            paramLabel = "N",
            description = "Relative weight; 1024 is one core's.")
    private long cpuShares;

    @Option(names = "--memory", paramLabel = "BYTES", description = "Memory limit.")
    private long memoryBytes;

    @Option(
            names = "--cpuset-cpus",
            paramLabel = "LIST",
            defaultValue = "",
            description = "Cores it may run on, as 0-3,7.")
    private String cpusetCpus = "";

    @Option(
            names = "--cpuset-mems",
            paramLabel = "LIST",
            defaultValue = "",
            description = "Memory nodes it may use.")
    private String cpusetMems = "";

    @Option(names = "--oom-score-adj", paramLabel = "N", description = "-1000 to 1000.")
    private long oomScoreAdj;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Ids, or their beginnings.")
    private final List<String> containers = new ArrayList<>();

    Update(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var resources =
                LinuxContainerResources.newBuilder()
                        .setCpuPeriod(cpuPeriod)
                        .setCpuQuota(cpuQuota)
                        .setCpuShares(cpuShares)
                        .setMemoryLimitInBytes(memoryBytes)
                        .setCpusetCpus(cpusetCpus)
                        .setCpusetMems(cpusetMems)
                        .setOomScoreAdj(oomScoreAdj)
                        .build();
        try (var connection = session.connect()) {
            return new EachId(session, "update")
                    .run(
                            containers,
                            container -> {
                                var request =
                                        UpdateContainerResourcesRequest.newBuilder()
                                                .setContainerId(
                                                        Ids.container(connection, container))
                                                .setLinux(resources);
                                connection.acting().updateContainerResources(request.build());
                            });
        }
    }
}
