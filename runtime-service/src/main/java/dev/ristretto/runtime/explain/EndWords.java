// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.EndListener.End;
import dev.ristretto.runtime.plan.StopSignal;
import dev.ristretto.runtime.shim.ExitStatus;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a container ended, and what that means. Pure. */
final class EndWords {
    private static final int SIGSYS = 31;
    private static final int SHELL_OF_SIGSYS = 128 + SIGSYS;
    private static final int MIB = 1 << 20;

    private EndWords() {}

    /** Whether it, or a child of the shell that it is, was ended for a system call. */
    static boolean bySeccomp(End end) {
        return end.how().exitCode() == SHELL_OF_SIGSYS;
    }

    /** {@code ended by SIGKILL after 1.2 s (OOMKilled)}. */
    static String what(End end) {
        var ended =
                switch (end.status().orElse(null)) {
                    case ExitStatus.Signaled(var signal) -> "ended by " + StopSignal.name(signal);
                    case ExitStatus.Exited(var code) -> "ended with exit code " + code;
                    case null -> "ended, and nobody saw how";
                };
        var lived = end.how().startedAt().map(at -> Duration.between(at, end.how().finishedAt()));
        return "%s%s (%s)"
                .formatted(
                        ended,
                        lived.map(time -> " after " + words(time)).orElse(""),
                        end.how().reason());
    }

    /** What was wrong; empty if it ended as it should. */
    static Optional<String> failure(End end, List<KernelLog.Denial> denials) {
        if (end.how().exitCode() == 0) {
            return Optional.empty();
        }
        var container = end.container();
        var subject = container.described();
        if (end.how().reason().equals("OOMKilled")) {
            return Optional.of(
                    subject + " was killed for memory (OOMKilled): " + memory(container));
        }
        if (end.status().isEmpty()) {
            return Optional.of(subject + " ended: " + end.how().message());
        }
        if (bySeccomp(end)) {
            return Optional.of(subject + seccomp(end, denials));
        }
        return Optional.of("%s %s".formatted(subject, what(end)));
    }

    private static String memory(Container container) {
        var limit = container.limits().memoryLimitBytes();
        if (limit.isPresent() && limit.getAsLong() > 0) {
            return "a process of it needed more than its limit of %d MiB; raise the limit or have it use less"
                    .formatted(limit.getAsLong() / MIB);
        }
        return "it has no limit of its own, so its pod's limit or the node's memory was used up; "
                + "raise the pod's limit, or give the node more memory or fewer pods";
    }

    private static String seccomp(End end, List<KernelLog.Denial> denials) {
        var profile = profile(end.container());
        boolean itself = end.status().orElse(null) instanceof ExitStatus.Signaled;
        if (itself) {
            return denials.isEmpty()
                    ? " was ended by SIGSYS: %s forbids a system call that it made; the kernel's log does not say which: see ausearch -m SECCOMP where auditd runs"
                            .formatted(profile)
                    : " was ended by SIGSYS: %s forbids %s; allow it there if it is needed"
                            .formatted(profile, denials.getFirst().words());
        }
        return " ended with exit code 159: it, or a child of the shell that it is, was ended by"
                + " SIGSYS: "
                + profile
                + " forbids a system call that it made"
                + (denials.isEmpty()
                        ? ""
                        : "; on this host meanwhile the kernel logged "
                                + denials.stream()
                                        .map(KernelLog.Denial::words)
                                        .distinct()
                                        .collect(Collectors.joining(", ")));
    }

    private static String profile(Container container) {
        var security = container.config().security();
        return switch (security.seccomp().type()) {
            case RUNTIME_DEFAULT -> "seccomp profile RuntimeDefault";
            case UNCONFINED -> "a seccomp filter of its own (its profile is Unconfined)";
            case LOCALHOST -> "seccomp profile " + security.seccomp().localhostRef();
        };
    }

    static String words(Duration time) {
        double millis = time.toNanos() / 1e6;
        if (millis < 1000) {
            return "%.1f ms".formatted(millis);
        }
        return millis < 60_000
                ? "%.1f s".formatted(millis / 1000)
                : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
