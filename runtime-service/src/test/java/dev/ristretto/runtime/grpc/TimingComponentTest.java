// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.observe.CallTimes;
import dev.ristretto.runtime.trace.Tracing;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerEventResponse;
import runtime.v1.GetEventsRequest;
import runtime.v1.RuntimeServiceGrpc.RuntimeServiceImplBase;
import runtime.v1.StatusRequest;
import runtime.v1.StatusResponse;
import runtime.v1.VersionRequest;
import runtime.v1.VersionResponse;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Every call is counted by how it ended, whoever ended it. */
@Timeout(60)
class TimingComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private final CountDownLatch listening = new CountDownLatch(1);

    /** Answers, throws, and never ends. */
    private final class Calls extends RuntimeServiceImplBase {
        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
            observer.onNext(VersionResponse.getDefaultInstance());
            observer.onCompleted();
        }

        @Override
        public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
            throw RuntimeFault.notFound("nothing");
        }

        @Override
        public void getContainerEvents(
                GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
            listening.countDown();
        }
    }

    @Test
    void callsAreCounted_byMethodAndCode() throws Exception {
        var times = new CallTimes();
        var socket = directory.resolve("t.sock");
        try (var server =
                        CriServer.start(
                                socket,
                                "",
                                List.of(new Calls()),
                                new CriServer.Watchers(times, Tracing.off()));
                var client = new CriClient(socket, "localhost")) {
            assertThat(server).isNotNull();
            client.stub().version(VersionRequest.getDefaultInstance());
            client.stub().version(VersionRequest.getDefaultInstance());
            assertThatThrownBy(() -> client.stub().status(StatusRequest.getDefaultInstance()))
                    .hasMessage("NOT_FOUND: nothing");
            var call = Context.current().withCancellation();
            call.run(() -> client.stub().getContainerEvents(GetEventsRequest.getDefaultInstance()));
            listening.await();
            call.cancel(null);

            TestNode.await(() -> times.count("Version", "OK") == 2);
            TestNode.await(() -> times.count("Status", "NOT_FOUND") == 1);
            TestNode.await(() -> times.count("GetContainerEvents", "CANCELLED") == 1);
        }
    }
}
