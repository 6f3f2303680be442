// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.observe.CallTimes;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

import java.util.concurrent.atomic.AtomicBoolean;

/** Counts how calls end and how long they take, whoever ends them. Safe from any thread. */
final class TimingInterceptor implements ServerInterceptor {
    private final CallTimes times;

    TimingInterceptor(CallTimes times) {
        this.times = times;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        var timing = new Timing(String.valueOf(call.getMethodDescriptor().getBareMethodName()));
        var timed =
                new SimpleForwardingServerCall<Q, R>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        timing.end(status.getCode());
                        super.close(status, trailers);
                    }
                };
        return new SimpleForwardingServerCallListener<>(next.startCall(timed, headers)) {
            @Override
            public void onCancel() {
                timing.end(Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    private final class Timing {
        private final String method;
        private final long began = System.nanoTime();
        private final AtomicBoolean ended = new AtomicBoolean();

        Timing(String method) {
            this.method = method;
        }

        void end(Status.Code code) {
            if (ended.compareAndSet(false, true)) {
                times.add(method, code.name(), System.nanoTime() - began);
            }
        }
    }
}
