// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Session;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import runtime.v1.ListPodSandboxRequest;
import runtime.v1.ListPodSandboxResponse;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxFilter;
import runtime.v1.PodSandboxState;
import runtime.v1.PodSandboxStateValue;

import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "pods",
        description = "List pods.",
        footer = {
            "ristretto pods",
            "ristretto pods --state ready --label app=web -o json",
            "ristretto pods -q --name ^web-"
        })
final class Pods implements Callable<Integer> {
    private final Session session;

    @Mixin private final NameFilter filter = new NameFilter();
    @Mixin private final Newest newest = new Newest();
    @Mixin private final ListOutput output = new ListOutput();

    @Option(
            names = "--id",
            paramLabel = "ID",
            defaultValue = "",
            description = "Only the pod whose id begins so.")
    private String id = "";

    @Option(
            names = {"-s", "--state"},
            paramLabel = "STATE",
            description = "Only those in this state: ready or notready.")
    private @Nullable State state;

    /** As {@code --state} takes it. */
    enum State {
        READY,
        NOTREADY
    }

    Pods(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var all = connection.runtime().listPodSandbox(request()).getItemsList();
            show(newest.of(matching(all), PodSandbox::getCreatedAt));
        }
        return 0;
    }

    private ListPodSandboxRequest request() {
        var wanted = PodSandboxFilter.newBuilder().putAllLabelSelector(filter.labels());
        if (state != null) {
            var ready = state == State.READY;
            wanted.setState(
                    PodSandboxStateValue.newBuilder()
                            .setState(
                                    ready
                                            ? PodSandboxState.SANDBOX_READY
                                            : PodSandboxState.SANDBOX_NOTREADY));
        }
        return ListPodSandboxRequest.newBuilder().setFilter(wanted).build();
    }

    private List<PodSandbox> matching(List<PodSandbox> all) {
        return all.stream()
                .filter(pod -> pod.getId().startsWith(id))
                .filter(
                        pod ->
                                filter.matches(
                                        pod.getMetadata().getName(),
                                        pod.getMetadata().getNamespace()))
                .toList();
    }

    private void show(List<PodSandbox> pods) {
        if (output.quiet()) {
            pods.forEach(pod -> session.out().println(pod.getId()));
        } else if (output.table()) {
            session.out().print(table(pods).render());
        } else {
            var list = ListPodSandboxResponse.newBuilder().addAllItems(pods).build();
            session.out().print(output.render(list));
        }
    }

    private Table table(List<PodSandbox> pods) {
        var table =
                new Table("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME");
        for (var pod : pods) {
            table.row(
                    output.id(pod.getId()),
                    Human.age(Human.instant(pod.getCreatedAt()), session.now()),
                    Words.state(pod.getState()),
                    pod.getMetadata().getName(),
                    pod.getMetadata().getNamespace(),
                    Integer.toUnsignedString(pod.getMetadata().getAttempt()),
                    Words.runtime(pod.getRuntimeHandler()));
        }
        return table;
    }
}
