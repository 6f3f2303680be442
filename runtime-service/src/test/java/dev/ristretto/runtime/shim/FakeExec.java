// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An exec'd process in a {@link FakeShim}. */
@FunctionalInterface
public interface FakeExec {
    /**
     * Runs: reads and writes the connection's data frames.
     *
     * @return how it ends
     */
    ExitStatus run(FakeRequest.Exec request, FakeConnection connection) throws IOException;

    /** Prints and ends. */
    static FakeExec printing(String stdout, String stderr, int code) {
        return (_, connection) -> {
            if (!stdout.isEmpty()) {
                connection.send(64, stdout.getBytes(StandardCharsets.UTF_8));
            }
            if (!stderr.isEmpty()) {
                connection.send(65, stderr.getBytes(StandardCharsets.UTF_8));
            }
            return new ExitStatus.Exited(code);
        };
    }
}
