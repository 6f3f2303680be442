// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.namespace;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A platform thread that joins or makes namespaces, does one piece of work and ends.
 *
 * <p>The caller waits for it, even if interrupted meanwhile: work in a namespace is short and half
 * of it is worth nothing; the interrupt stays pending. What the work opened there (sockets, files)
 * keeps its namespace and may be used by any thread afterwards. Files are still found through the
 * process's own mount namespace.
 */
public final class NamespaceThread {
    /** The calling platform thread's network namespace, to be opened on that thread. */
    public static final Path OWN_NETWORK = Path.of("/proc/thread-self/ns/net");

    private NamespaceThread() {}

    /**
     * Does the work in the namespace that a path leads to, for example {@code /proc/42/ns/net}.
     *
     * @param type its {@code CLONE_NEW*}; another type is refused with {@code EINVAL}
     */
    public static <T> T callIn(LinuxSyscalls linux, Path namespace, int type, Work<T> work)
            throws IOException {
        try (var fd = Fd.open(linux, namespace, FileFlags.O_RDONLY)) {
            return callIn(linux, fd.number(), type, work);
        }
    }

    /**
     * Does the work in the namespace that a descriptor stands for, which stays the caller's.
     *
     * @param type its {@code CLONE_NEW*}; another type is refused with {@code EINVAL}
     */
    public static <T> T callIn(LinuxSyscalls linux, int namespaceFd, int type, Work<T> work)
            throws IOException {
        return onThreadOfItsOwn(
                () -> {
                    linux.setns(namespaceFd, type);
                    return work.call();
                });
    }

    /** Does the work in new namespaces, which last as long as something holds them. */
    public static <T> T callInNew(LinuxSyscalls linux, int types, Work<T> work) throws IOException {
        return onThreadOfItsOwn(
                () -> {
                    linux.unshare(types);
                    return work.call();
                });
    }

    private static <T> T onThreadOfItsOwn(Callable<T> work) throws IOException {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().name("namespace-", 0).daemon().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw thrownAgain(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException thrownAgain(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(cause);
        };
    }

    /** What is to be done there. */
    @FunctionalInterface
    public interface Work<T> {
        T call() throws IOException;
    }
}
