// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.ListPodSandboxStatsRequest;
import runtime.v1.ListPodSandboxStatsResponse;
import runtime.v1.PodSandboxStats;
import runtime.v1.PodSandboxStatsFilter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "statsp",
        description = "Show what pods use, all their containers together, between two looks.",
        footer = {"ristretto statsp", "ristretto statsp -s 5s 4f0c", "ristretto statsp -o json"})
final class Statsp implements Callable<Integer> {
    private final Session session;

    @Mixin private final ListOutput output = new ListOutput();

    @Option(names = "--id", paramLabel = "ID", defaultValue = "", description = "Only this one.")
    private String id = "";

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only those so labelled.")
    private final Map<String, String> labels = new LinkedHashMap<>();

    @Mixin private final TwoLooks looks = new TwoLooks();

    @Parameters(
            arity = "0..1",
            paramLabel = "POD",
            defaultValue = "",
            description = "Only this one: as --id.")
    private String pod = "";

    Statsp(Session session) {
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
                    new PodSandboxes(connection, request),
                    "POD",
                    "POD ID",
                    "CPU %",
                    "MEM");
        }
        return 0;
    }

    private ListPodSandboxStatsRequest request(Connection connection) {
        var filter = PodSandboxStatsFilter.newBuilder().putAllLabelSelector(labels);
        var wanted = pod.isEmpty() ? id : pod;
        if (!wanted.isEmpty()) {
            filter.setId(Ids.pod(connection, wanted));
        }
        return ListPodSandboxStatsRequest.newBuilder().setFilter(filter).build();
    }

    private final class PodSandboxes implements TwoLooks.Subject<PodSandboxStats> {
        private final Connection connection;
        private final ListPodSandboxStatsRequest request;

        PodSandboxes(Connection connection, ListPodSandboxStatsRequest request) {
            this.connection = connection;
            this.request = request;
        }

        @Override
        public List<PodSandboxStats> look() {
            return read(connection, request).getStatsList();
        }

        @Override
        public String id(PodSandboxStats stats) {
            return stats.getAttributes().getId();
        }

        @Override
        public Optional<List<String>> row(PodSandboxStats earlier, PodSandboxStats now) {
            return Optional.of(Statsp.this.row(earlier, now));
        }
    }

    private List<String> row(PodSandboxStats earlier, PodSandboxStats stats) {
        var cpu = CpuShare.between(earlier.getLinux().getCpu(), stats.getLinux().getCpu());
        return List.of(
                stats.getAttributes().getMetadata().getName(),
                output.id(stats.getAttributes().getId()),
                String.format(Locale.ROOT, "%.2f", cpu),
                Human.size(stats.getLinux().getMemory().getWorkingSetBytes().getValue(), 4));
    }

    private static ListPodSandboxStatsResponse read(
            Connection connection, ListPodSandboxStatsRequest request) {
        return connection.runtime().listPodSandboxStats(request);
    }
}
