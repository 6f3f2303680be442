// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.plan.StopSignal;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.shim.PodErrorException;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.PodGoneException;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;

/** Signals containers and sees them end. */
public final class ContainerKill {
    private static final Logger LOG = Logger.getLogger(ContainerKill.class);
    private static final int SIGKILL = 9;

    private final ContainerExits exits;
    private final PodShims shims;
    private final Cgroups cgroups;
    private final ContainerLoss loss;
    private final Patience patience;

    /**
     * How long is waited for the end of what was killed.
     *
     * @param firstLook before everything in the cgroup is killed too
     * @param end after that
     */
    public record Patience(Duration firstLook, Duration end) {
        /** A process that is not in the kernel's hands dies in microseconds. */
        public static Patience usual() {
            return new Patience(Duration.ofSeconds(1), Duration.ofSeconds(20));
        }
    }

    public ContainerKill(
            ContainerExits exits,
            PodShims shims,
            Cgroups cgroups,
            ContainerLoss loss,
            Patience patience) {
        this.exits = exits;
        this.shims = shims;
        this.cgroups = cgroups;
        this.loss = loss;
        this.patience = patience;
    }

    /** Sends a signal to the container's init; one that has ended is fine. */
    void signal(Container container, int signal) throws IOException {
        try {
            Steps.act(
                    "send it " + StopSignal.name(signal),
                    () -> shims.of(container.podSandboxId()).signal(container.id(), signal));
        } catch (PodGoneException e) {
            // Whoever hears of it may wait for the pod's lock, which our caller may hold.
            loss.abandon(container);
        } catch (PodErrorException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /** Sends SIGKILL and waits for nothing. Needs no podshim that answers. */
    void begin(Container container) throws IOException {
        try {
            signal(container, SIGKILL);
        } catch (PodException | RuntimeFault e) {
            LOG.warnf("%s; %s is killed by its cgroup", e.getMessage(), container.described());
            cgroups.at(container.cgroup()).kill();
        }
    }

    /**
     * Waits for the end of what {@link #begin} killed; after a moment everything in the cgroup is
     * killed too, thawed if it was frozen.
     *
     * @throws RuntimeFault {@code BUSY} naming the processes that do not die
     */
    void finish(Container container) throws IOException {
        if (Steps.step(
                "wait for its end", () -> exits.await(container.id(), patience.firstLook()))) {
            return;
        }
        var cgroup = cgroups.at(container.cgroup());
        Steps.act("kill all in cgroup " + container.cgroup(), cgroup::kill);
        if (Steps.step("wait for its end", () -> exits.await(container.id(), patience.end()))) {
            return;
        }
        if (cgroup.processes().isEmpty()) {
            loss.abandon(container); // it has ended, and its podshim does not say so
        } else {
            throw RuntimeFault.busy(
                    "kill %s: processes %s do not die, as in uninterruptible sleep; see"
                            + " /proc/PID/stack, retry",
                    container.described(), cgroup.processes());
        }
    }
}
