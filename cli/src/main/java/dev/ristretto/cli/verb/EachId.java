// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Session;

import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.util.List;

/** Does one thing to each of several ids; one that fails does not keep the others from it. */
final class EachId {
    @FunctionalInterface
    interface Step {
        void on(String id) throws IOException;
    }

    private final Session session;
    private final String verb;

    EachId(Session session, String verb) {
        this.session = session;
        this.verb = verb;
    }

    /**
     * @return the exit code: 1 if any failed
     */
    int run(List<String> ids, Step step) {
        int exitCode = 0;
        for (var id : ids) {
            try {
                step.on(id);
                session.out().println(id);
            } catch (CommandFailure | StatusRuntimeException | IOException e) {
                session.report(verb, e);
                exitCode = 1;
            }
        }
        return exitCode;
    }
}
