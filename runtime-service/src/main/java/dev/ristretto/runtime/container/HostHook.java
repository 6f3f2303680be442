// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;
import dev.ristretto.runtime.spec.CdiHook;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a hook on the host, where the daemon is. */
final class HostHook {
    private static final int SIGKILL = 9;
    private static final int LAST = 255;

    private final LinuxSyscalls linux;

    HostHook(LinuxSyscalls linux) {
        this.linux = linux;
    }

    /**
     * Runs it to its end.
     *
     * @param directory its files are in; made if missing, and left
     * @throws IOException if it cannot be run, is not over in time or does not exit with 0; it says
     *     why and what the hook said last
     */
    void run(CdiHook hook, String state, Path directory) throws IOException {
        Files.createDirectories(directory);
        var input = Files.createTempFile(directory, "state", ".json");
        var output = Files.createTempFile(directory, "hook", ".out");
        try {
            Files.writeString(input, state);
            judge(hook, start(hook, input, output), output);
        } finally {
            Files.deleteIfExists(input);
            Files.deleteIfExists(output);
        }
    }

    private static Process start(CdiHook hook, Path input, Path output) throws IOException {
        // A session of its own, so that what it starts can be killed with it. It is called by its
        // path: a process's name is nothing that setsid(1) or Java could give it.
        var command = new ArrayList<>(List.of("setsid", hook.path()));
        command.addAll(hook.args().subList(1, hook.args().size()));
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        for (var variable : hook.env()) {
            var parts = variable.split("=", 2);
            builder.environment().put(parts[0], parts[1]);
        }
        return builder.redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private void judge(CdiHook hook, Process process, Path output) throws IOException {
        boolean ended = false;
        try {
            ended = process.waitFor(hook.timeoutSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            kill(process);
        }
        if (!ended) {
            throw new IOException(
                    "it was not over after %d s, so it was killed%s"
                            .formatted(hook.timeoutSeconds(), said(output)));
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    "it exited with code %d%s".formatted(process.exitValue(), said(output)));
        }
    }

    /** With its group, which what it started and left behind is in. */
    private void kill(Process process) {
        try {
            linux.kill(Math.toIntExact(-process.pid()), SIGKILL);
        } catch (SyscallException e) {
            process.destroyForcibly(); // ESRCH: none is left, or it has no group of its own yet
        }
    }

    private static String said(Path output) throws IOException {
        var all = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
        return all.isEmpty()
                ? ""
                : " [%s]".formatted(all.substring(Math.max(0, all.length() - LAST)));
    }
}
