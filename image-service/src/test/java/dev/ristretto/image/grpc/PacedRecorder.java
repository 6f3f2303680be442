// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import io.grpc.stub.ServerCallStreamObserver;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** A client of a stream that has room for a number of messages. */
final class PacedRecorder<T> extends ServerCallStreamObserver<T> {
    final List<T> messages = new ArrayList<>();
    int completions;
    private int room;
    private @Nullable Runnable onReady;
    private @Nullable Runnable onCancel;

    PacedRecorder(int room) {
        this.room = room;
    }

    /** It has read some. */
    void makeRoom(int more) {
        room += more;
        if (onReady != null) {
            onReady.run();
        }
    }

    void leave() {
        if (onCancel != null) {
            onCancel.run();
        }
        makeRoom(1);
    }

    @Override
    public boolean isReady() {
        return room > 0;
    }

    @Override
    public void onNext(T message) {
        room--;
        messages.add(message);
    }

    @Override
    public void onCompleted() {
        completions++;
    }

    @Override
    public void onError(Throwable failure) {
        throw new AssertionError("services throw their faults", failure);
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
        onReady = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        onCancel = handler;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setCompression(String compression) {
        throw new AssertionError("nobody compresses");
    }

    @Override
    public void disableAutoInboundFlowControl() {
        throw new AssertionError("there is one request");
    }

    @Override
    public void request(int count) {
        throw new AssertionError("there is one request");
    }

    @Override
    public void setMessageCompression(boolean enable) {
        throw new AssertionError("nobody compresses");
    }
}
