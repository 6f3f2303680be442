// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Turns what went wrong at an endpoint into one line that says what to do. */
public final class FailureWords {
    private final Endpoint endpoint;

    public FailureWords(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    public String of(Throwable failure) {
        var words =
                switch (failure) {
                    case CommandFailure f -> Objects.requireNonNullElse(f.getMessage(), "failed");
                    case StatusRuntimeException f -> ofStatus(f.getStatus());
                    case NoSuchFileException f -> f.getFile() + ": no such file";
                    case AccessDeniedException f -> f.getFile() + ": permission denied";
                    case FileSystemException f -> "%s: %s".formatted(f.getFile(), f.getReason());
                    case IOException f -> Objects.requireNonNullElse(f.getMessage(), f.toString());
                    default -> "unexpected " + failure + "; run again with --debug and report it";
                };
        return words.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private String ofStatus(Status status) {
        var said = status.getDescription();
        return switch (status.getCode()) {
            case UNAVAILABLE ->
                    status.getCause() instanceof IOException e
                            ? unreachable(e)
                            : or(said, "the runtime is not available");
            case UNIMPLEMENTED ->
                    or(said, "not implemented") + " (by the runtime at " + endpoint + ")";
            case DEADLINE_EXCEEDED -> late(said);
            default -> or(said, status.getCode().name());
        };
    }

    private String late(@Nullable String said) {
        // The client's own deadline speaks of CallOptions; the server's words are kept.
        return said == null || said.contains("CallOptions deadline")
                ? "no answer from %s in time; wait longer with --timeout".formatted(endpoint)
                : said;
    }

    private String unreachable(IOException cause) {
        var socket = endpoint.socket();
        if (!Files.exists(socket)) {
            var hint =
                    hidden()
                            ? "you may not look into its directory; use sudo"
                            : "start the daemon ('sudo make run', or 'ristrettod'), or name another one's socket with --runtime-endpoint";
            return "nothing listens at %s: there is no such file; %s".formatted(endpoint, hint);
        }
        if (!Files.isWritable(socket)) {
            return "no permission to use %s; use sudo, or join the group that owns the socket (%s)"
                    .formatted(endpoint, group());
        }
        return "%s does not answer (%s); is the daemon still running?"
                .formatted(endpoint, or(cause.getMessage(), cause.toString()));
    }

    private boolean hidden() {
        var parent = endpoint.socket().getParent();
        return parent != null && Files.exists(parent) && !Files.isExecutable(parent);
    }

    private String group() {
        try {
            return String.valueOf(Files.getAttribute(endpoint.socket(), "posix:group"));
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String or(@Nullable String said, String otherwise) {
        return said == null || said.isBlank() ? otherwise : said;
    }
}
