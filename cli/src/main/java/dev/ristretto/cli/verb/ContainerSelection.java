// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Connection;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import runtime.v1.Container;
import runtime.v1.ContainerFilter;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStateValue;
import runtime.v1.ImageSpec;
import runtime.v1.ImageStatusRequest;
import runtime.v1.ListContainersRequest;

import java.util.HashMap;
import java.util.List;

/** The filters that choose containers. */
final class ContainerSelection {
    @Mixin private final NameFilter filter = new NameFilter();
    @Mixin private final Newest newest = new Newest();

    @Option(
            names = "--id",
            paramLabel = "ID",
            defaultValue = "",
            description = "Only the container whose id begins so.")
    private String id = "";

    @Option(
            names = {"-p", "--pod"},
            paramLabel = "ID",
            defaultValue = "",
            description = "Only those of the pod whose id begins so.")
    private String pod = "";

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            defaultValue = "",
            description = "Only those of this image, by name or id.")
    private String image = "";

    @Option(
            names = {"-s", "--state"},
            paramLabel = "STATE",
            description = "Only those in this state: created, running, exited or unknown.")
    private @Nullable State state;

    /** As {@code --state} takes it. */
    enum State {
        CREATED(ContainerState.CONTAINER_CREATED),
        RUNNING(ContainerState.CONTAINER_RUNNING),
        EXITED(ContainerState.CONTAINER_EXITED),
        UNKNOWN(ContainerState.CONTAINER_UNKNOWN);

        private final ContainerState proto;

        State(ContainerState proto) {
            this.proto = proto;
        }
    }

    /** Those that run, if no state was asked for. Newest first. */
    List<Container> running(Connection connection) {
        return list(connection, State.RUNNING);
    }

    List<Container> inAnyState(Connection connection) {
        return list(connection, null);
    }

    private List<Container> list(Connection connection, @Nullable State otherwise) {
        var wanted = ContainerFilter.newBuilder().putAllLabelSelector(filter.labels());
        var chosen = state != null || newest.asked() ? state : otherwise;
        if (chosen != null) {
            wanted.setState(ContainerStateValue.newBuilder().setState(chosen.proto));
        }
        var request = ListContainersRequest.newBuilder().setFilter(wanted).build();
        var namespaces = PodNames.read(connection);
        var images = new ImageIds(connection);
        var matching =
                connection.runtime().listContainers(request).getContainersList().stream()
                        .filter(c -> c.getId().startsWith(id))
                        .filter(c -> c.getPodSandboxId().startsWith(pod))
                        .filter(
                                c ->
                                        filter.matches(
                                                c.getMetadata().getName(),
                                                namespaces.namespace(c.getPodSandboxId())))
                        .filter(c -> image.isEmpty() || images.same(image, c))
                        .toList();
        return newest.of(matching, Container::getCreatedAt);
    }

    /** Asks once for each name which image it is. */
    private static final class ImageIds {
        private final Connection connection;
        private final HashMap<String, String> known = new HashMap<>();

        ImageIds(Connection connection) {
            this.connection = connection;
        }

        boolean same(String image, Container container) {
            var wanted = id(image);
            return !wanted.isEmpty() && wanted.equals(id(container.getImage().getImage()));
        }

        private String id(String name) {
            return known.computeIfAbsent(
                    name,
                    _ ->
                            connection
                                    .images()
                                    .imageStatus(
                                            ImageStatusRequest.newBuilder()
                                                    .setImage(ImageSpec.newBuilder().setImage(name))
                                                    .build())
                                    .getImage()
                                    .getId());
        }
    }
}
