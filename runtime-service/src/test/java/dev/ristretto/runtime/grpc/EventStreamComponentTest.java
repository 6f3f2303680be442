// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.event.ContainerEvents;
import dev.ristretto.runtime.spec.SandboxConfig;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerEventResponse;
import runtime.v1.ContainerEventType;
import runtime.v1.ContainerState;
import runtime.v1.GetEventsRequest;
import runtime.v1.PodSandboxState;
import runtime.v1.RuntimeServiceGrpc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Events over a real socket. */
@Timeout(90)
class EventStreamComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;
    private CriCalls calls;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
        calls = new CriCalls(served.stub());
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    private Iterator<ContainerEventResponse> listen(int clientsThen) {
        var events = served.stub().getContainerEvents(GetEventsRequest.getDefaultInstance());
        TestNode.await(() -> served.node.events().listeners() == clientsThen);
        return events;
    }

    @Test
    void lifeOfAPod_arrivesWithFullStatuses() {
        var events = listen(1);
        var pod = calls.runPod();
        var container = calls.createContainer(pod);
        calls.startContainer(container);
        calls.stopContainer(container, 0);
        calls.removePod(pod);

        var heard = new ArrayList<ContainerEventResponse>();
        for (int i = 0; i < 8; i++) {
            heard.add(events.next());
        }

        assertThat(heard.stream().map(ContainerEventResponse::getContainerId))
                .containsExactly(pod, pod, container, container, container, pod, container, pod);
        var stopped = heard.get(4);
        assertThat(stopped.getContainerEventType())
                .isEqualTo(ContainerEventType.CONTAINER_STOPPED_EVENT);
        assertThat(stopped.getPodSandboxStatus().getMetadata().getUid()).isEqualTo("u");
        assertThat(stopped.getContainersStatuses(0).getId()).isEqualTo(container);
        assertThat(stopped.getContainersStatuses(0).getState())
                .isEqualTo(ContainerState.CONTAINER_EXITED);
        var deleted = heard.getLast();
        assertThat(deleted.getContainerEventType())
                .isEqualTo(ContainerEventType.CONTAINER_DELETED_EVENT);
        assertThat(deleted.getPodSandboxStatus().getMetadata().getName()).isEqualTo("p");
        assertThat(deleted.getPodSandboxStatus().getState())
                .isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(heard.stream().map(ContainerEventResponse::getCreatedAt).toList())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void severalClients_hearTheSame() {
        var one = listen(1);
        var other = listen(2);
        calls.runPod();

        assertThat(one.next()).isEqualTo(other.next());
    }

    @Test
    void stoppingDaemon_endsTheStreamAfterTheLastEvent() {
        var events = listen(1);
        calls.runPod();

        served.node.events().close();

        assertThat(events.next()).isNotNull();
        assertThat(events.next()).isNotNull();
        assertThat(events.hasNext()).isFalse();
    }

    @Test
    void clientThatLeaves_isForgotten() {
        var call = Context.current().withCancellation();
        call.run(() -> listen(1));

        call.cancel(null);

        TestNode.await(() -> served.node.events().listeners() == 0);
    }

    @Test
    void clientThatDoesNotRead_isCutOffWithAClearError() throws Exception {
        var socket = directory.resolve("slow.sock");
        var events =
                ContainerEvents.of(
                        served.node.sandboxes().store(),
                        served.node.containers().store(),
                        served.node.clock,
                        4);
        try (var server = CriServer.start(socket, "", List.of(new EventsGrpcService(events)));
                var client = new CriClient(socket, "localhost")) {
            var slow = new SlowClient();
            RuntimeServiceGrpc.newStub(client.channel())
                    .getContainerEvents(GetEventsRequest.getDefaultInstance(), slow);
            TestNode.await(() -> events.listeners() == 1);
            for (int i = 0; events.cut() == 0; i++) {
                assertThat(i).as("pods before it is cut off").isLessThan(60);
                served.node.sandboxes().run().run(large("p" + i));
            }

            var status = slow.readOn();

            assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription())
                    .startsWith("events to client 1: more than 4 were waiting");
            assertThat(server).isNotNull();
        }
    }

    /** A pod whose status does not fit in what may be under way. */
    private static SandboxConfig large(String name) {
        var pod = Samples.pod(name);
        return new SandboxConfig(
                pod.metadata(),
                pod.hostname(),
                pod.logDirectory(),
                pod.dns(),
                List.of(),
                pod.labels(),
                Map.of("large", "x".repeat(200_000)),
                pod.cgroupParent(),
                pod.sysctls(),
                pod.namespaces(),
                pod.privileged(),
                pod.runtimeHandler());
    }

    /** Takes nothing until it is told to. */
    private static final class SlowClient
            implements ClientResponseObserver<GetEventsRequest, ContainerEventResponse> {
        private final CompletableFuture<ClientCallStreamObserver<GetEventsRequest>> begun =
                new CompletableFuture<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<GetEventsRequest> call) {
            call.disableAutoRequestWithInitial(0);
            begun.complete(call);
        }

        Status readOn() throws Exception {
            begun.get(30, TimeUnit.SECONDS).request(Integer.MAX_VALUE);
            return end.get(30, TimeUnit.SECONDS);
        }

        @Override
        public void onNext(ContainerEventResponse event) {}

        @Override
        public void onError(Throwable failure) {
            end.complete(((StatusRuntimeException) failure).getStatus());
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
