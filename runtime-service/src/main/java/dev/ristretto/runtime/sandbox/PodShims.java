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

/** The podshims of all pods: makes them, reaches them, ends them. Safe from any thread. */
public final class PodShims {
    private static final int SIGKILL = 9;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

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

    /** Ends the podshim, what it started with it, and waits until it is gone. Gone is fine. */
    void end(PodSandboxId id) throws IOException {
        var pid = pidOf(id);
        if (pid.isEmpty()) {
            return;
        }
        var shim = Pidfd.open(linux, pid.getAsInt());
        if (shim.isEmpty()) {
            return;
        }
        try (var process = shim.get()) {
            if (!isShimOf(id, pid.getAsInt())) {
                return; // it ended between the two questions and its pid went to another
            }
            shutDown(id);
            if (!process.awaitEnd(PATIENCE)) {
                process.signal(SIGKILL);
                if (!process.awaitEnd(PATIENCE)) {
                    throw RuntimeFault.busy(
                            "end podshim %d of pod sandbox %s: it does not end; see"
                                    + " /proc/%d/stack",
                            pid.getAsInt(), id, pid.getAsInt());
                }
            }
        }
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
