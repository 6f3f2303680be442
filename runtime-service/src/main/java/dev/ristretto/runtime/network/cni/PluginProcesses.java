// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.linux.fd.Pidfd;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds plugins, and what they started, by their environment: those of a daemon that was killed,
 * and those that left their process group. While one of them works for a pod, nothing else may.
 */
final class PluginProcesses {
    private static final Logger LOG = Logger.getLogger(PluginProcesses.class);
    private static final Path PROC = Path.of("/proc");
    private static final int SIGKILL = 9;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private PluginProcesses() {}

    /** Kills all that work for a pod, and waits until they are gone. */
    static void kill(LinuxSyscalls linux, String podSandboxId) throws IOException {
        for (int pid : of(podSandboxId)) {
            var process = Pidfd.open(linux, pid);
            if (process.isPresent()) {
                try (var pidfd = process.get()) {
                    if (isOf(podSandboxId, pid)) { // else it has ended and its pid went to another
                        LOG.warnf("CNI plugin %d still works for %s: killed", pid, podSandboxId);
                        pidfd.signal(SIGKILL);
                        awaitEnd(pidfd);
                    }
                }
            }
        }
    }

    static List<Integer> of(String podSandboxId) throws IOException {
        var found = new ArrayList<Integer>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var process : processes) {
                int pid = Integer.parseInt(String.valueOf(process.getFileName()));
                if (isOf(podSandboxId, pid)) {
                    found.add(pid);
                }
            }
        }
        return found;
    }

    private static boolean isOf(String podSandboxId, int pid) {
        try {
            var file = PROC.resolve(Integer.toString(pid)).resolve("environ");
            var environment = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0CNI_CONTAINERID=" + podSandboxId + "\0");
        } catch (IOException e) {
            return false; // ENOENT or ESRCH: it has ended; EACCES: it is not of this daemon
        }
    }

    private static void awaitEnd(Pidfd process) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!process.ended()) {
            if (System.nanoTime() > end) {
                LOG.warnf("CNI plugin %1$d does not die; see /proc/%1$d/stack", process.pid());
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
