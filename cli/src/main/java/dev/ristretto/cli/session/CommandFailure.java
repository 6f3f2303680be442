// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import org.jspecify.annotations.Nullable;

import java.io.Serial;

/** A verb cannot do what it was asked to; the message is for the user, in one line. */
public final class CommandFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final int exitCode;

    private CommandFailure(String message, @Nullable Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public static CommandFailure of(String format, Object... arguments) {
        return new CommandFailure(format.formatted(arguments), null, FAILED);
    }

    public static CommandFailure because(Throwable cause, String format, Object... arguments) {
        return new CommandFailure(format.formatted(arguments), cause, FAILED);
    }

    /** The command line asks for what makes no sense. */
    public static CommandFailure misused(String format, Object... arguments) {
        return new CommandFailure(format.formatted(arguments), null, MISUSED);
    }

    public int exitCode() {
        return exitCode;
    }
}
