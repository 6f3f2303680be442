// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.ContainerId;

import java.util.List;

/** What a {@link FakeShim} was asked. */
public sealed interface FakeRequest {
    record Status() implements FakeRequest {}

    /** {@code stdioFlags}: 1 terminal, 2 standard input, 4 only for the first client. */
    record Start(ContainerId containerId, String logPath, int stdioFlags, List<ShimOp> program)
            implements FakeRequest {}

    record Signal(ContainerId containerId, int signal) implements FakeRequest {}

    record ReopenLog(ContainerId containerId, String logPath) implements FakeRequest {}

    record Forget(ContainerId containerId) implements FakeRequest {}

    record Exec(
            ContainerId containerId, int stdioFlags, TerminalSize terminal, List<ShimOp> program)
            implements FakeRequest {}

    /** {@code stdioFlags}: 2 if it writes to standard input. */
    record Attach(ContainerId containerId, int stdioFlags, int patienceMillis)
            implements FakeRequest {}

    record Watch() implements FakeRequest {}

    record Shutdown() implements FakeRequest {}

    /** Reads a request's payload; all of it must be read. */
    static FakeRequest read(int type, ProgramReader in) {
        var request =
                switch (type) {
                    case 2 -> new Status();
                    case 4, 12 -> new Start(containerId(in), in.str(), in.u32(), in.program());
                    case 5 -> new Signal(containerId(in), in.u32());
                    case 6 -> new ReopenLog(containerId(in), in.str());
                    case 7 -> new Forget(containerId(in));
                    case 8 ->
                            new Exec(
                                    containerId(in),
                                    in.u32(),
                                    new TerminalSize(in.u32(), in.u32()),
                                    in.program());
                    case 9 -> new Watch();
                    case 10 -> new Shutdown();
                    case 11 -> new Attach(containerId(in), in.u32(), in.u32());
                    default -> throw new AssertionError("a request of type " + type);
                };
        if (!in.atEnd()) {
            throw new AssertionError(request + " is too long");
        }
        return request;
    }

    private static ContainerId containerId(ProgramReader in) {
        return new ContainerId(in.str());
    }
}
