// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsFilter;
import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListContainerStatsResponse;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "stats",
        description = "Show what containers use. CPU is measured between two looks.",
        footer = {"ristretto stats", "ristretto stats -s 5 --pod 4f0c", "ristretto stats -o json"})
final class Stats implements Callable<Integer> {
    private final Session session;

    @Mixin private final ListOutput output = new ListOutput();

    @Option(
            names = {"-a", "--all"},
            description = "Those that do not run, too.")
    private boolean all;

    @Option(names = "--id", paramLabel = "ID", defaultValue = "", description = "Only this one.")
    private String id = "";

    @Option(
            names = {"-p", "--pod"},
            paramLabel = "ID",
            defaultValue = "",
            description = "Only those of the pod whose id begins so.")
    private String pod = "";

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only those so labelled.")
    private final Map<String, String> labels = new LinkedHashMap<>();

    @Mixin private final TwoLooks looks = new TwoLooks();

    @Parameters(
            arity = "0..1",
            paramLabel = "CONTAINER",
            defaultValue = "",
            description = "Only this one: as --id.")
    private String container = "";

    Stats(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var connection = session.connect()) {
            var request = request(connection);
            if (!output.table()) {
                session.out().print(output.render(read(connection, request)));
                return 0;
            }
            looks.print(
                    session.out(),
                    new Containers(connection, request),
                    "CONTAINER",
                    "NAME",
                    "CPU %",
                    "MEM",
                    "DISK",
                    "INODES",
                    "SWAP");
        }
        return 0;
    }

    private ListContainerStatsRequest request(Connection connection) {
        var filter = ContainerStatsFilter.newBuilder().putAllLabelSelector(labels);
        var wanted = container.isEmpty() ? id : container;
        if (!wanted.isEmpty()) {
            filter.setId(Ids.container(connection, wanted));
        }
        if (!pod.isEmpty()) {
            filter.setPodSandboxId(Ids.pod(connection, pod));
        }
        return ListContainerStatsRequest.newBuilder().setFilter(filter).build();
    }

    private final class Containers implements TwoLooks.Subject<ContainerStats> {
        private final Connection connection;
        private final ListContainerStatsRequest request;

        Containers(Connection connection, ListContainerStatsRequest request) {
            this.connection = connection;
            this.request = request;
        }

        @Override
        public List<ContainerStats> look() {
            return read(connection, request).getStatsList();
        }

        @Override
        public String id(ContainerStats stats) {
            return stats.getAttributes().getId();
        }

        @Override
        public Optional<List<String>> row(ContainerStats earlier, ContainerStats now) {
            return all || isRunning(now)
                    ? Optional.of(
                            Stats.this.row(now, CpuShare.between(earlier.getCpu(), now.getCpu())))
                    : Optional.empty();
        }
    }

    private List<String> row(ContainerStats stats, double cpuPercent) {
        var layer = stats.getWritableLayer();
        return List.of(
                output.id(stats.getAttributes().getId()),
                stats.getAttributes().getMetadata().getName(),
                String.format(Locale.ROOT, "%.2f", cpuPercent),
                Human.size(stats.getMemory().getWorkingSetBytes().getValue(), 4),
                Human.size(layer.getUsedBytes().getValue(), 4),
                Long.toUnsignedString(layer.getInodesUsed().getValue()),
                Human.size(stats.getSwap().getSwapUsageBytes().getValue(), 4));
    }

    private static boolean isRunning(ContainerStats stats) {
        return stats.getCpu().getUsageCoreNanoSeconds().getValue() != 0
                || stats.getMemory().getWorkingSetBytes().getValue() != 0;
    }

    private static ListContainerStatsResponse read(
            Connection connection, ListContainerStatsRequest request) {
        return connection.runtime().listContainerStats(request);
    }
}
