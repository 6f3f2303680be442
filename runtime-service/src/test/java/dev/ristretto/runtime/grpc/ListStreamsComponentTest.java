// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.ShortTempDir;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerFilter;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandboxFilter;
import runtime.v1.StreamContainersRequest;
import runtime.v1.StreamPodSandboxesRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Lists as streams say what the lists say. */
@Timeout(60)
class ListStreamsComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void pods_streamAsTheyAreListed() throws IOException {
        served.node.runPod("a");
        var wanted = served.node.runPod("b");

        var all = pods(StreamPodSandboxesRequest.getDefaultInstance());
        var one =
                pods(
                        StreamPodSandboxesRequest.newBuilder()
                                .setFilter(PodSandboxFilter.newBuilder().setId(wanted.value()))
                                .build());

        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        served.stub()
                                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                                .getItemsList())
                .hasSize(2);
        assertThat(one).extracting(runtime.v1.PodSandbox::getId).containsExactly(wanted.value());
    }

    private Stream<runtime.v1.PodSandbox> pods(StreamPodSandboxesRequest request) {
        return all(served.stub().streamPodSandboxes(request)).stream()
                .flatMap(message -> message.getPodSandboxesList().stream());
    }

    @Test
    void containers_streamAsTheyAreListed() throws IOException {
        var pod = served.node.runPod("a");
        served.node.create(pod, "one");
        var wanted = served.node.start(pod, "two");

        var all = containers(StreamContainersRequest.getDefaultInstance());
        var one =
                containers(
                        StreamContainersRequest.newBuilder()
                                .setFilter(ContainerFilter.newBuilder().setId(wanted.value()))
                                .build());

        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        served.stub()
                                .listContainers(ListContainersRequest.getDefaultInstance())
                                .getContainersList())
                .hasSize(2);
        assertThat(one).extracting(runtime.v1.Container::getId).containsExactly(wanted.value());
    }

    private Stream<runtime.v1.Container> containers(StreamContainersRequest request) {
        return all(served.stub().streamContainers(request)).stream()
                .flatMap(message -> message.getContainersList().stream());
    }

    private static <T> List<T> all(Iterator<T> messages) {
        var all = new ArrayList<T>();
        messages.forEachRemaining(all::add);
        return all;
    }
}
