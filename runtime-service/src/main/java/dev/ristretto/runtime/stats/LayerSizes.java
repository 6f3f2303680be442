// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.spec.ContainerId;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How large writable layers are. One thread walks them, one after the other, for at most a fiftieth
 * of its time, so that who asks never walks and a node full of files is not slowed by being
 * measured. New containers come first.
 */
public final class LayerSizes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LayerSizes.class);

    /** A layer is not walked more often than that. */
    private static final Duration ROUND = Duration.ofSeconds(10);

    /** How much longer than it walked the thread then sleeps. */
    private static final int REST = 49;

    private final Map<ContainerId, Size> sizes = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final ContainerStore containers;
    private final Snapshots snapshots;
    private final InstantSource clock;
    private final Duration round;

    @GuardedBy("lock")
    private final Set<ContainerId> unmeasured = new HashSet<>();

    @GuardedBy("lock")
    private boolean closed;

    /** The size of a writable layer, and when it was measured. */
    public record Size(Instant measuredAt, long bytes, long inodes) {}

    private LayerSizes(
            ContainerStore containers, Snapshots snapshots, InstantSource clock, Duration round) {
        this.containers = containers;
        this.round = round;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /** Begins to measure the layers of these containers. */
    public static LayerSizes of(
            ContainerStore containers, Snapshots snapshots, InstantSource clock) {
        return of(containers, snapshots, clock, ROUND);
    }

    static LayerSizes of(
            ContainerStore containers, Snapshots snapshots, InstantSource clock, Duration round) {
        var sizes = new LayerSizes(containers, snapshots, clock, round);
        containers.listen(sizes::changed);
        containers.list().forEach(container -> sizes.isNew(container.id()));
        Thread.ofPlatform().daemon().name("layer-sizes").start(sizes::walk);
        return sizes;
    }

    /** As last measured; empty if it was not yet, or is gone. */
    public Optional<Size> of(ContainerId id) {
        return Optional.ofNullable(sizes.get(id));
    }

    private void changed(Optional<Container> before, Optional<Container> after) {
        if (before.isEmpty()) {
            after.ifPresent(container -> isNew(container.id()));
        } else if (after.isEmpty()) {
            sizes.remove(before.get().id());
        }
    }

    private void isNew(ContainerId id) {
        lock.lock();
        try {
            unmeasured.add(id);
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void walk() {
        while (!isClosed()) {
            long began = System.nanoTime();
            for (var container : containers.list()) {
                measureNew();
                if (isClosed()) {
                    return;
                }
                if (!isFinal(container)) {
                    measure(container.id());
                }
            }
            for (long left = round.toNanos(); left > 0 && !isClosed(); ) {
                rest(left);
                measureNew();
                left = round.toNanos() - (System.nanoTime() - began);
            }
        }
    }

    /** What was measured after its container ended will not change any more. */
    private boolean isFinal(Container container) {
        var size = sizes.get(container.id());
        return size != null
                && container.state() instanceof ContainerState.Exited exited
                && size.measuredAt().isAfter(exited.finishedAt());
    }

    private void measureNew() {
        Set<ContainerId> news;
        lock.lock();
        try {
            news = Set.copyOf(unmeasured);
            unmeasured.clear();
        } finally {
            lock.unlock();
        }
        news.forEach(this::measure);
    }

    private void measure(ContainerId id) {
        long began = System.nanoTime();
        try {
            var usage = snapshots.usage(id.value());
            sizes.put(id, new Size(clock.instant(), usage.bytes(), usage.inodes()));
            if (containers.find(id).isEmpty()) {
                sizes.remove(id);
            }
        } catch (IOException | RuntimeFault e) {
            LOG.debugf("measure the writable layer of container %s: %s", id, e.getMessage());
            sizes.remove(id);
        }
        rest(REST * (System.nanoTime() - began));
    }

    private void rest(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !closed && unmeasured.isEmpty()) {
                left = woken.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
