// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.flight.Task;
import dev.ristretto.runtime.observe.CallTimes;
import dev.ristretto.runtime.trace.EndedRpc;
import dev.ristretto.runtime.trace.Span;
import dev.ristretto.runtime.trace.Tracing;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The outermost: makes each call the {@link Task} of the threads that work for it, counts how it
 * ends and how long it takes, whoever ends it, and hands it to the trace. Safe from any thread.
 */
final class RpcInterceptor implements ServerInterceptor {
    private static final Map<String, Metadata.Key<String>> TRACE_HEADERS =
            Tracing.HEADERS.stream()
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    Function.identity(),
                                    name ->
                                            Metadata.Key.of(
                                                    name, Metadata.ASCII_STRING_MARSHALLER)));

    private final CallTimes times;
    private final Tracing tracing;

    RpcInterceptor(CallTimes times, Tracing tracing) {
        this.times = times;
        this.tracing = tracing;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        var method = call.getMethodDescriptor();
        var span = tracing.begin(name -> text(headers, name));
        var task =
                Task.ofRpc(
                        Objects.requireNonNullElse(method.getServiceName(), ""),
                        Objects.requireNonNullElse(method.getBareMethodName(), ""),
                        span.traceId());
        var ending = new Ending(task, span);
        return new InTask<>(next.startCall(new Watched<>(call, ending), headers), ending);
    }

    private static @Nullable String text(Metadata headers, String name) {
        var key = TRACE_HEADERS.get(name);
        return key == null ? null : headers.get(key);
    }

    private final class Ending {
        private final Task task;
        private final Span span;
        private final long began = System.nanoTime();
        private final AtomicBoolean ended = new AtomicBoolean();

        Ending(Task task, Span span) {
            this.task = task;
            this.span = span;
        }

        void end(Status status) {
            if (ended.getAndSet(true)) {
                return;
            }
            var code = status.getCode();
            long now = System.nanoTime();
            times.add(task.rpc(), code.name(), now - began);
            if (span.sampled()) {
                var message = Objects.requireNonNullElse(status.getDescription(), "");
                tracing.ended(new EndedRpc(span, task, code.value(), code.name(), message, now));
            }
        }
    }

    private static final class Watched<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Ending ending;

        Watched(ServerCall<Q, R> call, Ending ending) {
            super(call);
            this.ending = ending;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            ending.end(status);
            super.close(status, trailers);
        }
    }

    /** Everything that is done for a call is done in one of these. */
    private static final class InTask<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Ending ending;

        InTask(Listener<Q> next, Ending ending) {
            super(next);
            this.ending = ending;
        }

        @Override
        public void onMessage(Q message) {
            ending.task.run(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            ending.task.run(super::onHalfClose);
        }

        @Override
        public void onReady() {
            ending.task.run(super::onReady);
        }

        @Override
        public void onCancel() {
            ending.end(Status.CANCELLED);
            ending.task.run(super::onCancel);
        }
    }
}
