// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.event.ContainerEvents;

import io.grpc.BindableService;

import java.time.InstantSource;
import java.util.List;

/** {@code runtime.v1.RuntimeService}, of all its parts. */
public final class RuntimeServices {
    private RuntimeServices() {}

    /**
     * The whole service.
     *
     * @param version of this daemon
     */
    public static BindableService of(
            RuntimeCalls calls, ContainerEvents events, String version, InstantSource clock) {
        return new ServiceParts(
                new RuntimeGrpcService(calls, version, clock),
                List.of(
                        new ServiceParts.Part(
                                EventsGrpcService.METHODS, new EventsGrpcService(events)),
                        new ServiceParts.Part(
                                ListStreamsGrpcService.METHODS,
                                new ListStreamsGrpcService(
                                        calls.sandboxes().store(), calls.containers().store())),
                        new ServiceParts.Part(
                                StatsGrpcService.METHODS,
                                new StatsGrpcService(
                                        calls.sandboxes().store(),
                                        calls.containers().store(),
                                        calls.usage())),
                        new ServiceParts.Part(
                                StreamsGrpcService.METHODS, new StreamsGrpcService(calls)),
                        new ServiceParts.Part(
                                MetricsGrpcService.METHODS,
                                new MetricsGrpcService(
                                        calls.sandboxes().store(),
                                        calls.containers().store(),
                                        calls.usage().metrics())),
                        new ServiceParts.Part(
                                CheckpointGrpcService.METHODS, new CheckpointGrpcService())));
    }
}
