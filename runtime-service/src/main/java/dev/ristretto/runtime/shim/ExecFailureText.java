// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.shim.ShimFailureText.Hint;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Why a command could not be executed, see execve(2). Pure. */
final class ExecFailureText {
    private static final String PATH = "PATH=";
    private static final int MAX_PATHS = 8;

    private ExecFailureText() {}

    /** The command as the user wrote it. */
    static String command(ShimOp.Exec exec) {
        return exec.argv().isEmpty() ? "" : exec.argv().getFirst();
    }

    /** Whether a name without slash was in no directory of PATH: containerd's well-known words. */
    static boolean isNotInPath(ShimOp.Exec exec, Errno errno) {
        return isMissing(errno) && !command(exec).contains("/");
    }

    static Hint hint(ShimOp.Exec exec, ShimException failure) {
        var errno = failure.errno();
        if (isNotInPath(exec, errno)) {
            return invalid(
                    "tried %s; %s, or its #! interpreter or dynamic loader is not there"
                            .formatted(tried(exec), path(exec)));
        }
        return switch (errno) {
            case ENOENT, ENOTDIR ->
                    invalid(
                            "it is not in the image, or the interpreter of its first line (#!) or"
                                    + " its dynamic loader is not");
            case EACCES ->
                    invalid(
                            "tried %s; it is no executable file, %s may not execute it, or it is on a"
                                            .formatted(tried(exec), user(failure))
                                    + " noexec mount");
            case EPERM ->
                    invalid(
                            "a set-user-id or capability file that %s may not gain, or a seccomp filter that forbids execve"
                                    .formatted(user(failure)));
            case ENOEXEC ->
                    invalid(
                            "it is for another architecture than this host's, or a script without #!"
                                    + " in its first line");
            case E2BIG ->
                    invalid(
                            "command and environment are %d bytes, the longest is %d; one may have"
                                            .formatted(bytes(exec), longest(exec))
                                    + " 128 KiB, all a quarter of the stack's rlimit");
            case ELOOP -> invalid("its symbolic links lead in a circle");
            case EISDIR -> invalid("it is a directory");
            case ETXTBSY -> new Hint(FaultKind.BUSY, "somebody has it open for writing");
            case ELIBBAD, EINVAL -> invalid("it is a damaged ELF file or names a bad interpreter");
            case ENOMEM -> new Hint(FaultKind.EXHAUSTED, "check the container's memory limit");
            case EAGAIN ->
                    new Hint(
                            FaultKind.EXHAUSTED,
                            "%s has more processes than RLIMIT_NPROC".formatted(user(failure)));
            default -> new Hint(ShimFailureText.kindOf(errno), "");
        };
    }

    private static Hint invalid(String words) {
        return new Hint(FaultKind.INVALID_ARGUMENT, words);
    }

    private static boolean isMissing(Errno errno) {
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR;
    }

    private static String tried(ShimOp.Exec exec) {
        var shown = String.join(", ", exec.paths().stream().limit(MAX_PATHS).toList());
        int rest = exec.paths().size() - MAX_PATHS;
        return rest > 0 ? "%s and %d more".formatted(shown, rest) : shown;
    }

    /** Of the environment only this is shown: the rest may be secret. */
    private static String path(ShimOp.Exec exec) {
        return exec.envp().stream()
                .filter(variable -> variable.startsWith(PATH))
                .reduce((_, last) -> last)
                .orElse("PATH is not set");
    }

    private static String user(ShimException failure) {
        return failure.program().operations().stream()
                .filter(ShimOp.SetUser.class::isInstance)
                .map(ShimOp.SetUser.class::cast)
                .reduce((_, last) -> last)
                .map(user -> "user %d:%d".formatted(user.uid(), user.gid()))
                .orElse("the user");
    }

    private static long bytes(ShimOp.Exec exec) {
        return sizes(exec).sum();
    }

    private static long longest(ShimOp.Exec exec) {
        return sizes(exec).max().orElse(0);
    }

    private static LongStream sizes(ShimOp.Exec exec) {
        return Stream.of(exec.argv(), exec.envp())
                .flatMap(List::stream)
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length + 1L);
    }
}
