// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.event.ContainerEvent;
import dev.ristretto.runtime.event.ContainerEvents;
import dev.ristretto.runtime.event.EventSubscription;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import org.jboss.logging.Logger;

import runtime.v1.ContainerEventResponse;
import runtime.v1.ContainerEventType;
import runtime.v1.GetEventsRequest;
import runtime.v1.RuntimeServiceGrpc;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code GetContainerEvents}. A virtual thread for each client sleeps until there is an event and
 * room for it on the connection.
 */
final class EventsGrpcService extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    static final Set<String> METHODS = Set.of("GetContainerEvents");

    private static final Logger LOG = Logger.getLogger(EventsGrpcService.class);

    private final AtomicLong clients = new AtomicLong();
    private final ContainerEvents events;

    EventsGrpcService(ContainerEvents events) {
        this.events = events;
    }

    @Override
    public void getContainerEvents(
            GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
        var call = (ServerCallStreamObserver<ContainerEventResponse>) observer;
        var subscription = events.subscribe("client " + clients.incrementAndGet());
        call.setOnReadyHandler(subscription::wake);
        call.setOnCancelHandler(subscription::close);
        Thread.ofVirtual()
                .name("events-to-" + subscription.listener())
                .start(() -> send(subscription, call));
    }

    private static void send(
            EventSubscription subscription, ServerCallStreamObserver<ContainerEventResponse> call) {
        try (subscription) {
            for (var event = subscription.next(call::isReady);
                    event.isPresent();
                    event = subscription.next(call::isReady)) {
                call.onNext(toProto(event.get()));
            }
            end(call, call::onCompleted);
        } catch (RuntimeException e) {
            LOG.infof("GetContainerEvents: %s", e.getMessage());
            end(call, () -> call.onError(ErrorInterceptor.toException(e)));
        }
    }

    private static void end(ServerCallStreamObserver<?> call, Runnable end) {
        if (call.isCancelled()) {
            return;
        }
        try {
            end.run();
        } catch (IllegalStateException e) {
            // gRPC closes a call itself when its connection fails while something is sent.
            LOG.debugf("GetContainerEvents: %s", e.getMessage());
        }
    }

    static ContainerEventResponse toProto(ContainerEvent event) {
        var response =
                ContainerEventResponse.newBuilder()
                        .setContainerId(event.id())
                        .setContainerEventType(type(event.kind()))
                        .setCreatedAt(Times.nanos(event.at()));
        event.sandbox().map(SandboxMapper::toStatus).ifPresent(response::setPodSandboxStatus);
        event.containers().stream()
                .map(ContainerStatusMapper::toStatus)
                .forEach(response::addContainersStatuses);
        return response.build();
    }

    private static ContainerEventType type(ContainerEvent.Kind kind) {
        return switch (kind) {
            case CREATED -> ContainerEventType.CONTAINER_CREATED_EVENT;
            case STARTED -> ContainerEventType.CONTAINER_STARTED_EVENT;
            case STOPPED -> ContainerEventType.CONTAINER_STOPPED_EVENT;
            case DELETED -> ContainerEventType.CONTAINER_DELETED_EVENT;
        };
    }
}
