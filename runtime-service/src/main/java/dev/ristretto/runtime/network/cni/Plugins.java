// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Runs plugins: no shell, no descriptor but three pipes, a session and so a process group of their
 * own, a deadline, and no more output than is of use. Safe from any thread.
 */
final class Plugins {
    private static final int SIGKILL = 9;
    private static final Duration AFTER_KILL = Duration.ofSeconds(2);

    /** What systemd gives a service of its own and no child of it. */
    private static final List<String> NOT_FOR_CHILDREN =
            List.of("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "WATCHDOG_USEC", "WATCHDOG_PID");

    private final LinuxSyscalls linux;
    private final List<Path> directories;

    /**
     * Plugins on this host.
     *
     * @param directories where they are looked for, in this order
     */
    Plugins(LinuxSyscalls linux, List<Path> directories) {
        this.linux = linux;
        this.directories = List.copyOf(directories);
    }

    /**
     * What one plugin is asked.
     *
     * @param command {@code ADD}, {@code DEL}, {@code CHECK}, {@code GC} or {@code STATUS}
     * @param variables of the pod; without {@code CNI_COMMAND} and {@code CNI_PATH}
     * @param config its standard input
     */
    record Call(String type, String command, Map<String, String> variables, JsonNode config) {}

    /** Where a plugin is. */
    Optional<Path> find(String type) {
        return directories.stream()
                .map(directory -> directory.resolve(type))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** Why a plugin that is not there is missed. */
    PluginException missing(String type) {
        return PluginException.missing(
                ("plugin %s is not in %s; install it (Debian: containernetworking-plugins), or name"
                                + " its directory in network.cni.binDirs")
                        .formatted(type, text(", ")));
    }

    /**
     * Runs a plugin to its end.
     *
     * @return what it printed
     * @throws PluginException if it is missing, exits with anything but 0, prints too much, or does
     *     not end in time; nothing of it runs any more then
     */
    byte[] run(Call call, Deadline deadline) throws IOException {
        var program = find(call.type()).orElseThrow(() -> missing(call.type()));
        var process = start(program, call);
        var stdout = PluginOutput.first(process.getInputStream());
        var stderr = PluginOutput.last(process.getErrorStream());
        PluginOutput.write(
                process.getOutputStream(),
                call.config().toString().getBytes(StandardCharsets.UTF_8));
        boolean done = false;
        try {
            var printed = await(stdout, deadline);
            await(stderr, deadline);
            if (!process.waitFor(deadline.restNanos(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            done = true;
            return judged(call, process.exitValue(), printed, stderr);
        } catch (TimeoutException e) {
            done = true;
            kill(process, call);
            throw hung(call, deadline, stderr);
        } catch (PluginOutput.TooMuchException e) {
            throw PluginException.refused(
                    "plugin %s: it printed more than %d bytes to %s and was killed"
                            .formatted(call.type(), PluginOutput.MOST, call.command()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "interrupted while plugin %s ran".formatted(call.type()));
        } finally {
            if (!done) {
                kill(process, call);
            }
        }
    }

    private static byte[] judged(
            Call call, int exitCode, byte[] printed, CompletableFuture<byte[]> stderr)
            throws PluginException {
        if (exitCode != 0) {
            throw PluginException.of(call.type(), exitCode, printed, textOf(stderr));
        }
        return printed;
    }

    private PluginException hung(Call call, Deadline deadline, CompletableFuture<byte[]> stderr) {
        try {
            stderr.get(AFTER_KILL.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // What it wrote is only for the message.
            return hung(call, deadline, "");
        }
        return hung(call, deadline, textOf(stderr));
    }

    private static PluginException hung(Call call, Deadline deadline, String said) {
        return PluginException.hung(
                ("plugin %s: %s was not over after %d s, so it was killed%s; find out what it waited"
                                + " for, or raise network.cni.timeoutSeconds")
                        .formatted(
                                call.type(),
                                call.command(),
                                deadline.patience().toSeconds(),
                                PluginException.spoken(said)));
    }

    private Process start(Path program, Call call) throws IOException {
        // A session of its own: what it starts can be killed with it (setsid(1) does not fork,
        // since it is no process group's leader).
        var builder = new ProcessBuilder("setsid", program.toString());
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("CNI_"));
        environment.keySet().removeAll(NOT_FOR_CHILDREN);
        environment.putAll(call.variables());
        environment.put("CNI_COMMAND", call.command());
        environment.put("CNI_PATH", text(":"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException(
                    "start plugin %s with setsid(1), of util-linux: %s"
                            .formatted(program, e.getMessage()),
                    e);
        }
    }

    private void kill(Process process, Call call) throws IOException {
        try {
            linux.kill(Math.toIntExact(-process.pid()), SIGKILL);
        } catch (SyscallException e) {
            process.destroyForcibly(); // ESRCH: it has no group of its own yet, or is gone
        }
        process.destroyForcibly();
        var pod = call.variables().get("CNI_CONTAINERID");
        if (pod != null) {
            PluginProcesses.kill(linux, pod);
        }
    }

    private static byte[] await(CompletableFuture<byte[]> output, Deadline deadline)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return output.get(deadline.restNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    private static String textOf(CompletableFuture<byte[]> stderr) {
        return new String(stderr.getNow(new byte[0]), StandardCharsets.UTF_8);
    }

    private String text(String separator) {
        return directories.stream().map(Path::toString).collect(Collectors.joining(separator));
    }
}
