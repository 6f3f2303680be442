// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import java.time.Instant;
import java.util.Optional;

/** Where a container is in its life; see the package's drawing. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerState.Created.class, name = "created"),
    @JsonSubTypes.Type(value = ContainerState.Running.class, name = "running"),
    @JsonSubTypes.Type(value = ContainerState.Exited.class, name = "exited")
})
public sealed interface ContainerState {
    /** Everything is prepared, nothing runs. */
    record Created() implements ContainerState {}

    /**
     * Its process runs.
     *
     * @param pid of its init, as the host sees it
     */
    record Running(Instant startedAt, int pid) implements ContainerState {}

    /**
     * Its process has ended, or never began.
     *
     * @param startedAt empty if it never began
     * @param exitCode 128 and the signal's number if a signal ended it
     * @param reason {@code Completed}, {@code Error}, {@code OOMKilled}, {@code StartError} or
     *     {@code ContainerStatusUnknown}
     * @param message for people; may be empty
     */
    record Exited(
            Optional<Instant> startedAt,
            Instant finishedAt,
            int exitCode,
            String reason,
            String message)
            implements ContainerState {}

    /** The podshim says that it runs; what is known to have ended stays so. */
    default ContainerState started(Instant startedAt, int pid) {
        return switch (this) {
            case Created() -> new Running(startedAt, pid);
            case Running running -> running;
            case Exited exited -> exited;
        };
    }

    /** Its process ended, or will never begin; what has ended stays as it is. */
    default Exited ended(Exited end) {
        return switch (this) {
            case Created(), Running _ -> end;
            case Exited exited -> exited;
        };
    }
}
