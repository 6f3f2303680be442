// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.syscall.Errno;
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

    /** A process that is not in the kernel's hands dies in microseconds. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ContainerExits exits;
    private final PodShims shims;
    private final Cgroups cgroups;
    private final ContainerLoss loss;

    public ContainerKill(
            ContainerExits exits, PodShims shims, Cgroups cgroups, ContainerLoss loss) {
        this.exits = exits;
        this.shims = shims;
        this.cgroups = cgroups;
        this.loss = loss;
    }

    /** Sends a signal to the container's init; one that has ended is fine. */
    void signal(Container container, int signal) throws IOException {
        try {
            shims.of(container.podSandboxId()).signal(container.id(), signal);
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
        if (exits.await(container.id(), FIRST_LOOK)) {
            return;
        }
        var cgroup = cgroups.at(container.cgroup());
        cgroup.kill();
        if (exits.await(container.id(), PATIENCE)) {
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
