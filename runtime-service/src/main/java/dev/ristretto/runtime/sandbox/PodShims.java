// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.fd.Pidfd;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.PodGoneException;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.ShimClient;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.shim.ShimTransport;
import dev.ristretto.runtime.shim.Zygote;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.StateLayout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/** The podshims of all pods: makes them, reaches them, ends them. Safe from any thread. */
public final class PodShims {
    private static final int SIGKILL = 9;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private final Zygote zygote;
    private final ShimTransport transport;
    private final StateLayout layout;
    private final LinuxSyscalls linux;

    public PodShims(
            Zygote zygote, ShimTransport transport, StateLayout layout, LinuxSyscalls linux) {
        this.zygote = zygote;
        this.transport = transport;
        this.layout = layout;
        this.linux = linux;
    }

    /** The pod's podshim, whether it lives or not. */
    public ShimClient of(PodSandboxId id) {
        return transport.client(id, layout.podRunDir(id));
    }

    /**
     * Makes a pod that has run this program.
     *
     * @return the pid of its podshim
     */
    int create(Sandbox sandbox, List<ShimOp> program) throws IOException {
        try {
            return zygote.createPod(
                    sandbox.id(), layout.podRunDir(sandbox.id()), Program.of(program));
        } catch (PodException e) {
            throw ShimFailureText.toFault("run " + sandbox.described(), e);
        }
    }

    /** The pid of a podshim that answers. */
    public OptionalInt pidOf(PodSandboxId id) throws IOException {
        try {
            return OptionalInt.of(of(id).status().pid());
        } catch (PodGoneException e) {
            return OptionalInt.empty();
        }
    }

    /**
     * Ends the podshim, what it started with it, and waits until it is gone. Gone is fine.
     *
     * @param known its pid, if that is known; else it is asked
     */
    void end(PodSandboxId id, OptionalInt known) throws IOException {
        var pid = known.isPresent() ? known : pidOf(id);
        if (pid.isEmpty()) {
            return;
        }
        var shim = Pidfd.open(linux, pid.getAsInt());
        if (shim.isEmpty()) {
            return;
        }
        try (var process = shim.get()) {
            if (!isShimOf(id, pid.getAsInt())) {
                return; // it has ended and its pid went to another
            }
            shutDown(id);
            if (!hasEnded(process)) {
                process.signal(SIGKILL);
                if (!hasEnded(process)) {
                    throw RuntimeFault.busy(
                            "end podshim %d of pod sandbox %s: it does not end; see"
                                    + " /proc/%d/stack",
                            pid.getAsInt(), id, pid.getAsInt());
                }
            }
        }
    }

    /** Waits in small steps: a poll(2) of the kernel's would hold a carrier thread. */
    private static boolean hasEnded(Pidfd process) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (long pause = FIRST_PAUSE_NANOS; !process.ended(); pause *= 2) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(Math.min(pause, LONGEST_PAUSE_NANOS));
        }
        return true;
    }

    private void shutDown(PodSandboxId id) throws IOException {
        try {
            of(id).shutdown();
        } catch (PodGoneException e) {
            // It is ending already.
        }
    }

    private static boolean isShimOf(PodSandboxId id, int pid) throws IOException {
        try {
            var commandLine = Files.readString(Path.of("/proc", Integer.toString(pid), "cmdline"));
            return commandLine.contains(id.value());
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
