// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;

import java.util.ArrayList;
import java.util.List;

/** What a call was answered. */
final class Recorder<T> implements StreamObserver<T> {
    private final List<T> answers = new ArrayList<>();
    private int completions;

    @Override
    public void onNext(T answer) {
        answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
        throw new AssertionError("services throw their faults", failure);
    }

    @Override
    public void onCompleted() {
        completions++;
    }

    /** The one answer of a call that was completed once. */
    T only() {
        assertThat(answers).hasSize(1);
        assertThat(completions).isEqualTo(1);
        return answers.getFirst();
    }
}
