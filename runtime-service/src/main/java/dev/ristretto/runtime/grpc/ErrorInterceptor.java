// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;

import org.jboss.logging.Logger;

import java.util.concurrent.CancellationException;

/**
 * The only code that makes a gRPC status of a failure, and the only one that logs it. Handlers
 * throw {@link RuntimeFault}; no stack reaches the wire. Safe from any thread.
 */
public final class ErrorInterceptor implements ServerInterceptor {
    private static final Logger LOG = Logger.getLogger(ErrorInterceptor.class);

    @Override
    public <Q, R> Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onHalfClose() {
                // Unary handlers run here, on this call's virtual thread.
                guarded(super::onHalfClose);
            }

            @Override
            public void onReady() {
                // Streams make their next message here.
                guarded(super::onReady);
            }

            private void guarded(Runnable work) {
                try {
                    work.run();
                } catch (RuntimeException | Error failure) {
                    close(call, failure);
                }
            }
        };
    }

    private static void close(ServerCall<?, ?> call, Throwable failure) {
        var status = toStatus(failure);
        var method = call.getMethodDescriptor().getBareMethodName();
        if (status.getCode() == Status.Code.INTERNAL) {
            LOG.errorf(failure, "%s: %s", method, status.getDescription());
        } else {
            LOG.infof("%s: %s: %s", method, status.getCode(), status.getDescription());
        }
        if (!call.isCancelled()) {
            call.close(status, new Metadata());
        }
    }

    /** The status that tells the kubelet what it can act on. */
    static Status toStatus(Throwable failure) {
        return switch (failure) {
            case RuntimeFault f ->
                    codeOf(f.kind()).toStatus().withDescription(f.getMessage()).withCause(f);
            case StatusRuntimeException e -> e.getStatus();
            case CancellationException c ->
                    Status.CANCELLED.withDescription("the caller left").withCause(c);
            default -> Status.INTERNAL.withDescription("unexpected: " + failure).withCause(failure);
        };
    }

    /** The status exception a streaming handler passes to its observer. */
    public static StatusException toException(Throwable failure) {
        return toStatus(failure).asException();
    }

    private static Status.Code codeOf(FaultKind kind) {
        return switch (kind) {
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case NAME_TAKEN -> Status.Code.ALREADY_EXISTS;
            case DENIED -> Status.Code.PERMISSION_DENIED;
            case WRONG_STATE -> Status.Code.FAILED_PRECONDITION;
            case BUSY -> Status.Code.UNAVAILABLE;
            case EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case TIMED_OUT -> Status.Code.DEADLINE_EXCEEDED;
            case UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
            case CRI_NAMED -> Status.Code.UNKNOWN;
            case INTERNAL -> Status.Code.INTERNAL;
        };
    }
}
