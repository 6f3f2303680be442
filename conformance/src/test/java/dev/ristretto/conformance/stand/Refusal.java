// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.util.List;

/** A request that has to fail with the right code and words, and must leave nothing behind. */
public final class Refusal {
    /** A call of the CRI. */
    @FunctionalInterface
    public interface Call {
        void run(CriClient client);
    }

    private Refusal() {}

    /**
     * Makes the call and looks at the answer, at what is listed and at the host.
     *
     * @param words that the message has to contain: the field or object, and what to do
     */
    public static void expect(Stand stand, Status.Code code, List<String> words, Call call)
            throws IOException {
        try (var client = stand.connect()) {
            var residue = stand.residue();
            var listed = listed(stand);

            var status = answer(client, call);

            assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
            assertThat(status.getDescription()).contains(words);
            assertThat(listed(stand)).as("what is listed afterwards").isEqualTo(listed);
            assertThat(stand.residue().differencesTo(residue))
                    .as("what changed on the host")
                    .isEmpty();
        }
    }

    private static Status answer(CriClient client, Call call) {
        try {
            call.run(client);
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
        throw new AssertionError("the request was accepted");
    }

    private static List<List<String>> listed(Stand stand) throws IOException {
        return List.of(
                stand.listed("pods", "-q", "--no-trunc"),
                stand.listed("ps", "-a", "-q", "--no-trunc"),
                stand.listed("images", "-q", "--no-trunc"));
    }
}
