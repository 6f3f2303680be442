// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.fault.RuntimeFault;

import java.nio.charset.StandardCharsets;

/** How a remote command ended, as the error stream tells it. */
sealed interface Outcome {
    /** The process has ended. */
    record Exited(int exitCode) implements Outcome {}

    /**
     * There was no process, or it was lost.
     *
     * @param reason a {@code StatusReason} of Kubernetes' API
     * @param code the HTTP status code that belongs to the reason
     */
    record Failed(String reason, int code, String message) implements Outcome {}

    /** A failure nobody foresaw. */
    static Failed failed(String message) {
        return new Failed("InternalError", 500, message);
    }

    /** What a fault is called in Kubernetes' API. */
    static Failed failed(RuntimeFault fault) {
        var message = String.valueOf(fault.getMessage());
        return switch (fault.kind()) {
            case INVALID_ARGUMENT -> new Failed("BadRequest", 400, message);
            case DENIED -> new Failed("Forbidden", 403, message);
            case NOT_FOUND -> new Failed("NotFound", 404, message);
            case NAME_TAKEN, WRONG_STATE -> new Failed("Conflict", 409, message);
            case EXHAUSTED -> new Failed("TooManyRequests", 429, message);
            case BUSY -> new Failed("ServiceUnavailable", 503, message);
            case TIMED_OUT -> new Failed("Timeout", 504, message);
            case UNSUPPORTED, CRI_NAMED, INTERNAL -> failed(message);
        };
    }

    /** What is sent on the error stream in a version of the protocol. */
    default byte[] onErrorStream(RemoteCommandVersion version) {
        var text = version.hasStatus() ? status().toString() : succeeded() ? "" : message();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the process ended with exit code 0. */
    default boolean succeeded() {
        return this instanceof Exited(var exitCode) && exitCode == 0;
    }

    private String message() {
        return switch (this) {
            case Exited(var exitCode) ->
                    "command terminated with non-zero exit code: exit code " + exitCode;
            case Failed failed -> failed.message;
        };
    }

    /** A {@code Status} of Kubernetes' {@code meta/v1}. */
    private ObjectNode status() {
        var status = JsonNodeFactory.instance.objectNode();
        status.putObject("metadata");
        if (succeeded()) {
            return status.put("status", "Success");
        }
        status.put("status", "Failure").put("message", message());
        switch (this) {
            case Exited(var exitCode) ->
                    status.put("reason", "NonZeroExitCode")
                            .putObject("details")
                            .putArray("causes")
                            .addObject()
                            .put("reason", "ExitCode")
                            .put("message", Integer.toString(exitCode));
            case Failed(var reason, var code, _) -> status.put("reason", reason).put("code", code);
        }
        return status;
    }
}
