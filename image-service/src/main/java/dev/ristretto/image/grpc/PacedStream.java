// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import com.google.protobuf.MessageLite;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Answers a list as a stream of messages that are each of bounded size, and makes the next one only
 * when the client has room for it: a slow client costs no memory and no work.
 *
 * <p>gRPC calls one after the other; nothing here is shared between threads.
 *
 * @param <I> an item
 * @param <R> a message of several
 */
public final class PacedStream<I extends MessageLite, R> {
    /** Far below what any client accepts, and large enough that a node is a few messages. */
    private static final int MESSAGE_BYTES = 256 << 10;

    private final ServerCallStreamObserver<R> call;
    private final Iterator<I> items;
    private final Function<List<I>, R> message;
    private boolean completed;

    private PacedStream(
            ServerCallStreamObserver<R> call, Iterator<I> items, Function<List<I>, R> message) {
        this.call = call;
        this.items = items;
        this.message = message;
    }

    /**
     * Sends all items, then completes. Returns at once.
     *
     * @param items taken one by one, when there is room for them
     */
    public static <I extends MessageLite, R> void send(
            StreamObserver<R> observer, Iterator<I> items, Function<List<I>, R> message) {
        var call = (ServerCallStreamObserver<R>) observer;
        var stream = new PacedStream<>(call, items, message);
        call.setOnCancelHandler(() -> stream.completed = true);
        call.setOnReadyHandler(stream::fill);
        stream.fill();
    }

    private void fill() {
        while (!completed && call.isReady()) {
            if (items.hasNext()) {
                call.onNext(message.apply(nextItems()));
            } else {
                completed = true;
                call.onCompleted();
            }
        }
    }

    private List<I> nextItems() {
        var next = new ArrayList<I>();
        for (int bytes = 0; bytes < MESSAGE_BYTES && items.hasNext(); ) {
            var item = items.next();
            bytes += item.getSerializedSize();
            next.add(item);
        }
        return next;
    }
}
