// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.event;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.event.ContainerEvent.Kind;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.jboss.logging.Logger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells listeners of every change of state. A change is told after everybody can see it, so what a
 * listener asks for then is never older than what it was told.
 */
public final class ContainerEvents implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ContainerEvents.class);

    /** What a listener may have waiting: several hundred pods stopped at once. */
    public static final int CAPACITY = 8192;

    private static final int MAX_LISTENERS = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final SandboxStore sandboxes;
    private final ContainerStore containers;
    private final InstantSource clock;
    private final int capacity;
    private final LongAdder published = new LongAdder();
    private final LongAdder cut = new LongAdder();

    @GuardedBy("lock")
    private final Set<EventSubscription> listeners = new LinkedHashSet<>();

    @GuardedBy("lock")
    private Instant last = Instant.EPOCH;

    @GuardedBy("lock")
    private boolean stopped;

    private ContainerEvents(
            SandboxStore sandboxes, ContainerStore containers, InstantSource clock, int capacity) {
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.clock = clock;
        this.capacity = capacity;
    }

    /** Begins to hear of what changes in these stores. */
    public static ContainerEvents of(
            SandboxStore sandboxes, ContainerStore containers, InstantSource clock) {
        return of(sandboxes, containers, clock, CAPACITY);
    }

    /**
     * The same with another buffer.
     *
     * @param capacity events that a listener may have waiting
     */
    public static ContainerEvents of(
            SandboxStore sandboxes, ContainerStore containers, InstantSource clock, int capacity) {
        var events = new ContainerEvents(sandboxes, containers, clock, capacity);
        sandboxes.listen(events::sandboxChanged);
        containers.listen(events::containerChanged);
        return events;
    }

    /**
     * Begins to listen: every event from now on.
     *
     * @param listener who, for messages
     * @throws RuntimeFault {@code EXHAUSTED} if there are too many listeners
     */
    public EventSubscription subscribe(String listener) {
        var subscription = new EventSubscription(listener, capacity, this::leave);
        lock.lock();
        try {
            if (stopped) {
                subscription.stop();
                return subscription;
            }
            if (listeners.size() == MAX_LISTENERS) {
                throw RuntimeFault.exhausted(
                        null,
                        "events to %s: %d clients listen already, which is the limit; end some",
                        listener,
                        MAX_LISTENERS);
            }
            listeners.add(subscription);
            return subscription;
        } finally {
            lock.unlock();
        }
    }

    /** How many events there were since the daemon began, whether or not anybody listened. */
    public long published() {
        return published.sum();
    }

    /** How many listeners were cut off because they were too slow. */
    public long cut() {
        return cut.sum();
    }

    /** How many listen now. */
    public int listeners() {
        lock.lock();
        try {
            return listeners.size();
        } finally {
            lock.unlock();
        }
    }

    /** The daemon stops: listeners get what is pending, then their end. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            listeners.forEach(EventSubscription::stop);
            listeners.clear();
        } finally {
            lock.unlock();
        }
    }

    private void leave(EventSubscription subscription) {
        lock.lock();
        try {
            listeners.remove(subscription);
        } finally {
            lock.unlock();
        }
    }

    private void containerChanged(Optional<Container> before, Optional<Container> after) {
        for (var kind : kindsOf(before, after)) {
            var container = after.or(() -> before).orElseThrow();
            publish(kind, container.id().value(), container.podSandboxId(), Optional.empty());
        }
    }

    private static List<Kind> kindsOf(Optional<Container> before, Optional<Container> after) {
        if (after.isEmpty()) {
            return List.of(Kind.DELETED);
        }
        if (before.isEmpty()) {
            return List.of(Kind.CREATED);
        }
        if (before.get().state().getClass() == after.get().state().getClass()) {
            return List.of();
        }
        return switch (after.get().state()) {
            case ContainerState.Created() -> List.of();
            case ContainerState.Running _ -> List.of(Kind.STARTED);
            case ContainerState.Exited _ -> List.of(Kind.STOPPED);
        };
    }

    /** One that is being made is seen by nobody, and what nobody saw is not told of. */
    private void sandboxChanged(Optional<Sandbox> before, Optional<Sandbox> after) {
        boolean wasSeen = before.filter(ContainerEvents::isVisible).isPresent();
        boolean isSeen = after.filter(ContainerEvents::isVisible).isPresent();
        if (isSeen && !wasSeen) {
            publish(Kind.CREATED, after.get());
            publish(Kind.STARTED, after.get());
        } else if (wasSeen && !isSeen) {
            publish(Kind.DELETED, before.get());
        } else if (wasSeen
                && before.get().state() instanceof SandboxState.Ready
                && after.get().state() instanceof SandboxState.NotReady) {
            publish(Kind.STOPPED, after.get());
        }
    }

    private static boolean isVisible(Sandbox sandbox) {
        return !(sandbox.state() instanceof SandboxState.Creating);
    }

    private void publish(Kind kind, Sandbox sandbox) {
        publish(kind, sandbox.id().value(), sandbox.id(), Optional.of(sandbox));
    }

    /**
     * The time and the statuses are taken under the lock, so that all listeners hear all events in
     * the order of their times, each with statuses at least as new.
     */
    private void publish(Kind kind, String id, PodSandboxId podSandboxId, Optional<Sandbox> known) {
        published.increment();
        lock.lock();
        try {
            if (listeners.isEmpty()) {
                return;
            }
            var event =
                    new ContainerEvent(
                            kind,
                            id,
                            nextInstant(),
                            known.or(() -> sandboxes.find(podSandboxId)),
                            containers.of(podSandboxId));
            listeners.removeIf(listener -> !tell(listener, event));
        } finally {
            lock.unlock();
        }
    }

    private boolean tell(EventSubscription listener, ContainerEvent event) {
        boolean keepsUp = listener.offer(event);
        if (!keepsUp) {
            cut.increment();
            LOG.warnf("events to %s: too slow, cut off", listener.listener());
        }
        return keepsUp;
    }

    @GuardedBy("lock")
    private Instant nextInstant() {
        var now = clock.instant();
        last = now.isAfter(last) ? now : last.plusNanos(1);
        return last;
    }
}
