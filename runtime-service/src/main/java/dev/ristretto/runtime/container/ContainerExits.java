// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.container.ContainerState.Exited;
import dev.ristretto.runtime.shim.ExitRecord;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.NamespaceMode;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** Records how containers ended, and tells those who wait for it. */
public final class ContainerExits {
    private static final Logger LOG = Logger.getLogger(ContainerExits.class);

    /** How long killed processes may take to leave the cgroup. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<ContainerId, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
    private final ContainerStore containers;
    private final Cgroups cgroups;
    private final EndListener listener;
    private final Executor later;

    /**
     * @param later runs what nobody waits for
     */
    public ContainerExits(
            ContainerStore containers, Cgroups cgroups, EndListener listener, Executor later) {
        this.containers = containers;
        this.cgroups = cgroups;
        this.listener = listener;
        this.later = later;
    }

    /** Records the end that the podshim reported. A container that is gone is fine. */
    public void ended(ContainerId id, ExitRecord end) {
        var container = containers.find(id);
        if (container.isEmpty()) {
            return;
        }
        killRest(container.get());
        boolean oomKilled = oomKilled(container.get(), end.status());
        record(id, exited(end, oomKilled), Optional.of(end.status()));
        later.execute(() -> dropCgroup(container.get()));
    }

    /** Records an end that nobody saw, or that came before the process did. */
    void record(ContainerId id, Exited end) {
        record(id, end, Optional.empty());
    }

    private void record(ContainerId id, Exited end, Optional<ExitStatus> status) {
        var before = new AtomicReference<Container>();
        var now =
                containers.observe(
                        id,
                        container -> {
                            before.set(container);
                            return container.in(container.state().ended(end));
                        });
        var then = before.get();
        if (then != null && then != now) {
            listener.ended(new EndListener.End(now, then.state(), end, status));
        }
        var waiters = waiting.remove(id);
        if (waiters != null) {
            waiters.complete(null);
        }
    }

    /**
     * Waits until a container has ended.
     *
     * @return whether it has within this time; one that is gone has
     */
    boolean await(ContainerId id, Duration patience) {
        var end = waiting.computeIfAbsent(id, _ -> new CompletableFuture<>());
        if (hasEnded(id)) {
            // Whoever recorded it may find nobody to wake any more, but others wait for this too.
            waiting.remove(id, end);
            end.complete(null);
            return true;
        }
        try {
            end.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return hasEnded(id);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return hasEnded(id);
        }
    }

    private boolean hasEnded(ContainerId id) {
        return containers.find(id).map(c -> c.state() instanceof Exited).orElse(true);
    }

    private static Exited exited(ExitRecord end, boolean oomKilled) {
        int code = end.status().exitCode();
        var reason = oomKilled ? "OOMKilled" : code == 0 ? "Completed" : "Error";
        return new Exited(Optional.of(end.startedAt()), end.finishedAt(), code, reason, "");
    }

    /** The counter goes with the cgroup, so it is read here, at the end, and never later. */
    private boolean oomKilled(Container container, ExitStatus status) {
        if (status.exitCode() == 0) {
            return false;
        }
        try {
            return cgroups.at(container.cgroup()).oomKills() > 0;
        } catch (IOException e) {
            LOG.warnf("%s: read whether it was killed for memory: %s", container.id(), e);
            return false;
        }
    }

    /**
     * Nobody needs it any more; on v1 the kernel takes milliseconds for it, which whoever removes
     * the container would wait for.
     */
    private void dropCgroup(Container container) {
        try {
            cgroups.at(container.cgroup()).destroy(PATIENCE);
        } catch (IOException | RuntimeException e) {
            LOG.debugf("%s: %s; left to its removal", container.id(), e.getMessage());
        }
    }

    /** Without a pid namespace of its own its children live on, as nobody wants. */
    private void killRest(Container container) {
        if (container.config().security().namespaces().pid() == NamespaceMode.CONTAINER) {
            return;
        }
        try {
            cgroups.at(container.cgroup()).kill();
        } catch (IOException e) {
            LOG.warnf("%s: kill what its process left: %s", container.id(), e.getMessage());
        }
    }
}
