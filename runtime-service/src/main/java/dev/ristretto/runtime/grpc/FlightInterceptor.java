// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.flight.Call;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.flight.Task;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the flight recorder note every call that acts. Between {@link ErrorInterceptor} and the
 * handlers. Safe from any thread.
 */
public final class FlightInterceptor implements ServerInterceptor {
    private final FlightRecorder recorder;
    private final FlightSubjects subjects;

    public FlightInterceptor(FlightRecorder recorder) {
        this.recorder = recorder;
        this.subjects = new FlightSubjects(recorder);
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (!call.getMethodDescriptor().getType().serverSendsOneMessage()) {
            return next.startCall(call, headers);
        }
        var watched = new Watched<>(call);
        return new Recording<>(watched, next.startCall(watched, headers));
    }

    /** A call that is recorded, once it is known what for. */
    private final class Flying {
        private final Call recorded;
        private final FlightSubjects.About about;
        private final Optional<Task> task = Task.current();
        private final AtomicBoolean over = new AtomicBoolean();

        Flying(Call recorded, FlightSubjects.About about) {
            this.recorded = recorded;
            this.about = about;
            task.ifPresent(t -> t.isFor(recorded, about.subject(), subjects.podOf(about)));
        }

        void end(@Nullable Object answer, @Nullable Throwable failure) {
            if (over.getAndSet(true)) {
                return;
            }
            if (about.repeated()) {
                recorder.repeated(recorded, failure);
                return;
            }
            var known = subjects.after(about, answer);
            task.ifPresent(t -> t.cameToBe(known.getFirst()));
            recorder.ended(recorded, failure, known);
            if (failure == null && about.removes()) {
                recorder.removed(about.subject().id());
            }
        }
    }

    /** Ends the record before the client has its answer: it may ask what was done at once. */
    private final class Watched<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private volatile @Nullable Flying flying;

        Watched(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void sendMessage(R message) {
            end(message, null);
            super.sendMessage(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            end(null, status.isOk() ? null : status.asRuntimeException());
            super.close(status, trailers);
        }

        private void end(@Nullable Object answer, @Nullable Throwable failure) {
            var now = flying;
            if (now != null) {
                now.end(answer, failure);
            }
        }
    }

    private final class Recording<Q, R> extends SimpleForwardingServerCallListener<Q> {
        private final Watched<Q, R> call;
        private volatile @Nullable Q request;

        Recording(Watched<Q, R> call, Listener<Q> next) {
            super(next);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            request = message;
            super.onMessage(message);
        }

        /** Unary handlers run here, on this call's virtual thread. */
        @Override
        public void onHalfClose() {
            var asked = request;
            var about = asked == null ? Optional.<FlightSubjects.About>empty() : subjects.of(asked);
            if (about.isEmpty()) {
                super.onHalfClose();
                return;
            }
            var rpc = String.valueOf(call.getMethodDescriptor().getBareMethodName());
            var recorded = recorder.begin(rpc, about.get().subject());
            var flying = new Flying(recorded, about.get());
            call.flying = flying;
            try {
                Steps.during(recorded, super::onHalfClose);
            } catch (RuntimeException | Error e) {
                flying.end(null, e);
                throw e;
            }
        }
    }
}
