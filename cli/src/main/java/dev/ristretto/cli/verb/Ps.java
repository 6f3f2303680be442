// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import runtime.v1.Container;
import runtime.v1.ListContainersResponse;

import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "ps",
        description = "List containers: the running ones, unless told otherwise.",
        footer = {
            "ristretto ps",
            "ristretto ps -a --pod 4f0c",
            "ristretto ps --state exited --image busybox -o yaml",
            "ristretto ps -ql"
        })
final class Ps implements Callable<Integer> {
    private final Session session;

    @Mixin private final ContainerSelection selection = new ContainerSelection();
    @Mixin private final ListOutput output = new ListOutput();

    @Option(
            names = {"-a", "--all"},
            description = "Those that do not run, too.")
    private boolean all;

    Ps(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var found = all ? selection.inAnyState(connection) : selection.running(connection);
            show(connection, found);
        }
        return 0;
    }

    private void show(Connection connection, List<Container> containers) {
        if (output.quiet()) {
            containers.forEach(container -> session.out().println(container.getId()));
        } else if (output.table()) {
            session.out().print(table(containers, PodNames.read(connection)).render());
        } else {
            var list = ListContainersResponse.newBuilder().addAllContainers(containers).build();
            session.out().print(output.render(list));
        }
    }

    private Table table(List<Container> containers, PodNames pods) {
        var table =
                new Table(
                        "CONTAINER",
                        "IMAGE",
                        "CREATED",
                        "STATE",
                        "NAME",
                        "ATTEMPT",
                        "POD ID",
                        "POD",
                        "NAMESPACE");
        for (var container : containers) {
            table.row(
                    output.id(container.getId()),
                    image(container),
                    Human.age(Human.instant(container.getCreatedAt()), session.now()),
                    Words.state(container.getState()),
                    container.getMetadata().getName(),
                    Integer.toUnsignedString(container.getMetadata().getAttempt()),
                    output.id(container.getPodSandboxId()),
                    pods.name(container.getPodSandboxId()),
                    pods.namespace(container.getPodSandboxId()));
        }
        return table;
    }

    private String image(Container container) {
        // The kubelet puts an image's id here; a reference is shown as it is.
        var image = container.getImage().getImage();
        return output.whole() || !image.startsWith("sha256:") ? image : Human.shortId(image);
    }
}
