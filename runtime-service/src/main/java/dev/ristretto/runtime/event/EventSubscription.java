// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.event;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.fault.RuntimeFault;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One listener's events, in order, none left out. Who publishes never waits: a listener that lets
 * its buffer fill is cut off, and told so. Safe from any thread; one thread calls {@link #next}.
 */
public final class EventSubscription implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Queue<ContainerEvent> pending = new ArrayDeque<>();

    private final String listener;
    private final int capacity;
    private final Consumer<EventSubscription> onClose;

    @GuardedBy("lock")
    private End end = End.NONE;

    private enum End {
        NONE,
        LEFT,
        CUT,
        DAEMON_STOPS
    }

    EventSubscription(String listener, int capacity, Consumer<EventSubscription> onClose) {
        this.listener = listener;
        this.capacity = capacity;
        this.onClose = onClose;
    }

    /** Who listens, for messages. */
    public String listener() {
        return listener;
    }

    /**
     * Adds an event.
     *
     * @return whether the listener keeps up; if not, it is cut off
     */
    boolean offer(ContainerEvent event) {
        lock.lock();
        try {
            if (end != End.NONE) {
                return true;
            }
            if (pending.size() == capacity) {
                pending.clear();
                end = End.CUT;
            } else {
                pending.add(event);
            }
            changed.signalAll();
            return end == End.NONE;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next event, and until it can be sent.
     *
     * @param sendable whether there is room on the way to the listener; {@link #wake} when it has
     *     changed
     * @return empty if there will be none any more: the listener left, or the daemon stops and
     *     everything was sent
     * @throws RuntimeFault {@code EXHAUSTED} if the listener was too slow, {@code BUSY} if the
     *     daemon stops and the listener does not take the rest
     */
    public Optional<ContainerEvent> next(BooleanSupplier sendable) {
        lock.lock();
        try {
            while (true) {
                switch (end) {
                    case LEFT -> {
                        return Optional.empty();
                    }
                    case CUT -> throw tooSlow();
                    case DAEMON_STOPS -> {
                        if (pending.isEmpty()) {
                            return Optional.empty();
                        }
                        if (!sendable.getAsBoolean()) {
                            throw RuntimeFault.busy(
                                    "events to %s: the daemon stops with %d not sent; connect"
                                            + " again, then list pods and containers",
                                    listener, pending.size());
                        }
                        return Optional.of(pending.remove());
                    }
                    case NONE -> {
                        if (!pending.isEmpty() && sendable.getAsBoolean()) {
                            return Optional.of(pending.remove());
                        }
                    }
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private RuntimeFault tooSlow() {
        return RuntimeFault.exhausted(
                null,
                "events to %s: more than %d were waiting, so some are lost to it; connect again,"
                        + " then list pods and containers, and read faster",
                listener,
                capacity);
    }

    /** There may be room on the way to the listener. */
    public void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The daemon stops: what is pending can still be taken. */
    void stop() {
        end(End.DAEMON_STOPS);
    }

    /** The listener left. */
    @Override
    public void close() {
        end(End.LEFT);
        onClose.accept(this);
    }

    private void end(End how) {
        lock.lock();
        try {
            if (end == End.NONE || how == End.LEFT) {
                end = how;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
