// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.fd.Pidfd;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.PodGoneException;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.ProgramWords;
import dev.ristretto.runtime.shim.ShimClient;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.shim.ShimTransport;
import dev.ristretto.runtime.shim.Zygote;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.StateLayout;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The podshims of all pods: makes them, reaches them, ends them. Safe from any thread. */
public final class PodShims {
    private static final Logger LOG = Logger.getLogger(PodShims.class);
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

    /** A podshim ended though nobody asked it to. */
    void countLost() {
        transport.faults().lost();
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
            var checked = Program.of(program);
            return Steps.program(
                    "have the zygote make its podshim",
                    ProgramWords.of(checked),
                    () -> zygote.createPod(sandbox.id(), layout.podRunDir(sandbox.id()), checked));
        } catch (PodException e) {
            throw ShimFailureText.toFault("run " + sandbox.described(), e);
        }
    }

    /** Sets sysctls of interfaces in the network namespace of a podshim, by path. */
    void setInterfaceSysctls(int pid, Map<String, String> sysctls) throws IOException {
        InterfaceSysctls.set(linux, Path.of("/proc", Integer.toString(pid), "ns/net"), sysctls);
    }

    /** The pid of a podshim that answers. */
    public OptionalInt pidOf(PodSandboxId id) throws IOException {
        try {
            return OptionalInt.of(of(id).status().pid());
        } catch (PodGoneException e) {
            return OptionalInt.empty();
        }
    }

    /** The containers that run in a pod; empty if it has no podshim that lives. */
    Optional<Set<ContainerId>> running(PodSandboxId id) throws IOException {
        try {
            return Optional.of(
                    of(id).status().containers().stream()
                            .filter(ContainerReport.Running.class::isInstance)
                            .map(ContainerReport::containerId)
                            .collect(Collectors.toSet()));
        } catch (PodGoneException e) {
            return Optional.empty();
        }
    }

    /**
     * Ends the podshim, what it started with it, and waits until it is gone. Gone is fine.
     *
     * @param known its pid, if that is known; else it is asked
     */
    void end(PodSandboxId id, OptionalInt known) throws IOException {
        var pid = known.isPresent() ? known : pidOrNone(id);
        if (pid.isEmpty()) {
            return;
        }
        var shim = Pidfd.open(linux, pid.getAsInt());
        if (shim.isEmpty()) {
            return;
        }
        try (var process = shim.get()) {
            if (!PodProcesses.isOf(id, pid.getAsInt())) {
                return; // it has ended and its pid went to another
            }
            if (!shutDown(id, process)) {
                killAll(id);
            }
        }
    }

    /** One that does not answer is found by its name. */
    private OptionalInt pidOrNone(PodSandboxId id) throws IOException {
        try {
            return pidOf(id);
        } catch (RuntimeFault silent) {
            return PodProcesses.of(id).stream().mapToInt(Integer::intValue).min();
        }
    }

    /** Waits in small steps: a poll(2) of the kernel's would hold a carrier thread. */
    private static boolean hasEnded(Pidfd process) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (!process.ended()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    /**
     * Kills every process that is the pod's podshim or its PID 1, whether or not it answers. Looks
     * at all processes of the host.
     */
    void killAll(PodSandboxId id) throws IOException {
        for (int pid : PodProcesses.of(id)) {
            var process = Pidfd.open(linux, pid);
            if (process.isPresent()) {
                kill(id, process.get());
            }
        }
    }

    private void kill(PodSandboxId id, Pidfd pidfd) throws IOException {
        try (pidfd) {
            if (!PodProcesses.isOf(id, pidfd.pid())) {
                return; // it has ended and its pid went to another
            }
            pidfd.signal(SIGKILL);
            if (!hasEnded(pidfd)) {
                throw RuntimeFault.busy(
                        "end podshim %d of pod sandbox %s: it does not end; see /proc/%d/stack",
                        pidfd.pid(), id, pidfd.pid());
            }
        }
    }

    /** Whether it does what it was asked to, and in time. */
    private boolean shutDown(PodSandboxId id, Pidfd process) throws IOException {
        try {
            of(id).shutdown();
        } catch (PodGoneException e) {
            // It is ending already.
        } catch (PodException | RuntimeFault e) {
            LOG.warnf("%s; it is killed", e.getMessage());
            return false;
        }
        return hasEnded(process);
    }
}
