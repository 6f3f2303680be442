// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.stream.AttachStreamRequest;
import dev.ristretto.runtime.stream.StreamStdio;

import io.grpc.stub.StreamObserver;

import runtime.v1.AttachRequest;
import runtime.v1.AttachResponse;
import runtime.v1.PortForwardRequest;
import runtime.v1.PortForwardResponse;
import runtime.v1.RuntimeServiceGrpc;

import java.util.Set;

/** {@code Attach} and {@code PortForward}: gives out the URLs that clients go to. */
final class StreamsGrpcService extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    static final Set<String> METHODS = Set.of("Attach", "PortForward");

    private final RuntimeCalls calls;

    StreamsGrpcService(RuntimeCalls calls) {
        this.calls = calls;
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> observer) {
        var container = calls.containers().store().get(request.getContainerId());
        var stdio =
                new StreamStdio(
                        request.getTty(),
                        request.getStdin(),
                        request.getStdout(),
                        request.getStderr());
        var execs = calls.execs();
        var url =
                execs.streaming()
                        .openAttach(new AttachStreamRequest(container.id(), stdio), execs.attach());
        observer.onNext(AttachResponse.newBuilder().setUrl(url.toString()).build());
        observer.onCompleted();
    }

    /** The ports of the request are for protocols of before SPDY: a stream says its own. */
    @Override
    public void portForward(
            PortForwardRequest request, StreamObserver<PortForwardResponse> observer) {
        var sandbox = calls.sandboxes().store().get(request.getPodSandboxId());
        var execs = calls.execs();
        var url = execs.streaming().openPortForward(sandbox.id(), execs.ports());
        observer.onNext(PortForwardResponse.newBuilder().setUrl(url.toString()).build());
        observer.onCompleted();
    }
}
