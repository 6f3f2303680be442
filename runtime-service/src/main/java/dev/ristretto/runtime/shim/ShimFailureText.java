// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.Errno;

/**
 * What a podshim's failure means to whoever asked, in the grammar of {@link RuntimeFault}: {@code
 * <verb> <object>: <cause> (<ERRNO>)[; <hint>]}. Pure.
 *
 * <p>Kinds: what the client wrote into its request and cannot work however often it is retried (a
 * command that is not there or not executable, a working directory, a mount's source, a sysctl, a
 * user that is not mapped) is {@code INVALID_ARGUMENT}, where containerd answers {@code UNKNOWN};
 * the kubelet shows the message either way, and other clients see that retrying is useless. Space,
 * descriptors, pids, mounts are {@code EXHAUSTED}; features the kernel lacks {@code UNSUPPORTED}; a
 * container that does not run and a pod that is over {@code WRONG_STATE}; the rest {@code
 * INTERNAL}. None is {@code TIMED_OUT}, which an ExecSync would report as a failed probe.
 */
public final class ShimFailureText {
    private static final int MAX_KERNEL_WORDS = 200;

    private ShimFailureText() {}

    /**
     * What could be the matter and what to do.
     *
     * @param words empty if nobody knows better than the kernel
     */
    record Hint(FaultKind kind, String words) {}

    /**
     * The fault to throw.
     *
     * @param action what was tried, with the object's name: {@code start container web (3f2a…)}
     */
    public static RuntimeFault toFault(String action, PodException failure) {
        var text = action + ": " + text(failure);
        var fault =
                switch (kind(failure)) {
                    case INVALID_ARGUMENT -> RuntimeFault.invalidArgument("%s", text);
                    case NOT_FOUND -> RuntimeFault.notFound("%s", text);
                    case WRONG_STATE -> RuntimeFault.wrongState("%s", text);
                    case EXHAUSTED -> RuntimeFault.exhausted(failure, "%s", text);
                    case UNSUPPORTED -> RuntimeFault.unsupported("%s", text);
                    case BUSY -> RuntimeFault.busy("%s", text);
                    case TIMED_OUT, NAME_TAKEN, DENIED, CRI_NAMED, INTERNAL ->
                            RuntimeFault.internal(failure, "%s", text);
                };
        if (fault.getCause() == null) {
            // The factories of these kinds take no cause; the step belongs into the log all the
            // same.
            fault.addSuppressed(failure);
        }
        return fault;
    }

    /** What failed, why, and what to do about it. */
    public static String text(PodException failure) {
        return switch (failure) {
            case ShimException step -> text(step);
            case PodErrorException error ->
                    withHint("%s: %s".formatted(error.what(), error.errno()), hint(error));
            case PodGoneException gone ->
                    withHint(
                            words(gone),
                            new Hint(
                                    FaultKind.WRONG_STATE,
                                    "the pod is over: its processes have ended with its podshim"));
            case PodProtocolException protocol -> words(protocol);
        };
    }

    /** What kind of fault it is. */
    public static FaultKind kind(PodException failure) {
        return switch (failure) {
            case ShimException step -> hint(step).kind();
            case PodErrorException error -> hint(error).kind();
            case PodGoneException _ -> FaultKind.WRONG_STATE;
            case PodProtocolException _ -> FaultKind.INTERNAL;
        };
    }

    private static String text(ShimException step) {
        var cause =
                step.operation() instanceof ShimOp.Exec exec
                                && ExecFailureText.isNotInPath(exec, step.errno())
                        ? "executable file not found in $PATH (%s)".formatted(step.errno().name())
                        : cause(step);
        return withHint(FailedStep.describe(step) + ": " + cause, hint(step));
    }

    private static String cause(ShimException step) {
        var errno = step.errno();
        if (step.operation() instanceof ShimOp.Hook && step.detail() != 0) {
            return "%s%s".formatted(ended(step.detail()), inBrackets(step));
        }
        if (errno == Errno.UNKNOWN) {
            return "%s %d".formatted(errno.text(), step.errnoNumber()) + inBrackets(step);
        }
        return "%s%s (%s)".formatted(errno.text(), inBrackets(step), errno.name());
    }

    private static String ended(int waitStatus) {
        return switch (ExitStatus.ofWaitStatus(waitStatus)) {
            case ExitStatus.Exited(var code) -> "it exited with code " + code;
            case ExitStatus.Signaled(var signal) -> "signal %d ended it".formatted(signal);
        };
    }

    /** The fs context's log: {@code e overlay: ...}, where the first letter is the level. */
    private static String inBrackets(ShimException step) {
        var words = step.kernelText().strip().replaceFirst("^[ewi] ", "");
        if (words.isEmpty()) {
            return "";
        }
        return " [%s]".formatted(words.substring(0, Math.min(words.length(), MAX_KERNEL_WORDS)));
    }

    private static Hint hint(ShimException step) {
        return step.operation() instanceof ShimOp.Exec exec
                ? ExecFailureText.hint(exec, step)
                : FailureHints.of(step);
    }

    private static Hint hint(PodErrorException error) {
        return switch (error.errno()) {
            case ESRCH -> new Hint(FaultKind.WRONG_STATE, "");
            case EALREADY, EBUSY, EEXIST -> new Hint(FaultKind.WRONG_STATE, "");
            case ETIMEDOUT, ENOBUFS -> new Hint(FaultKind.EXHAUSTED, "attach again");
            case ENOENT, ENOTDIR, EACCES, EROFS, EISDIR, ELOOP ->
                    error.what().contains("log")
                            ? new Hint(FaultKind.INVALID_ARGUMENT, "check the pod's log directory")
                            : new Hint(FaultKind.NOT_FOUND, "");
            default -> new Hint(kindOf(error.errno()), "");
        };
    }

    /** What an error number means wherever it comes from. */
    static FaultKind kindOf(Errno errno) {
        return switch (errno) {
            case ENOSPC, ENOMEM, EMFILE, ENFILE, EDQUOT, EAGAIN, EUSERS, ENOBUFS ->
                    FaultKind.EXHAUSTED;
            case ENOSYS, EOPNOTSUPP -> FaultKind.UNSUPPORTED;
            default -> FaultKind.INTERNAL;
        };
    }

    private static String withHint(String text, Hint hint) {
        return hint.words().isEmpty() ? text : text + "; " + hint.words();
    }

    private static String words(PodException failure) {
        return String.valueOf(failure.getMessage());
    }
}
