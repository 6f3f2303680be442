// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.ristretto.fault.RuntimeFault;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Objects by id: immutable values in memory, each with its file. A change is computed, written,
 * then published, under the object's own lock; readers see the old value until then and never wait.
 *
 * @param <K> the id
 * @param <V> an immutable value
 */
public final class ObjectStore<K, V> {
    private static final Logger LOG = Logger.getLogger(ObjectStore.class);

    private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();
    private final Function<V, K> idOf;
    private final Records<V> records;
    private final List<Listener<V>> listeners = new CopyOnWriteArrayList<>();

    /**
     * An empty store.
     *
     * @param records where values are kept
     */
    public ObjectStore(Function<V, K> idOf, Records<V> records) {
        this.idOf = idOf;
        this.records = records;
    }

    /** Tells of every change from now on, but not of what is loaded. */
    public void listen(Listener<V> listener) {
        listeners.add(listener);
    }

    /** The value with this id. */
    public Optional<V> find(K id) {
        var entry = entries.get(id);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.value);
    }

    /** All values, in no order. */
    public List<V> list() {
        return entries.values().stream()
                .map(entry -> entry.value)
                .<V>mapMulti(
                        (value, next) -> {
                            if (value != null) {
                                next.accept(value);
                            }
                        })
                .toList();
    }

    /** Takes in a value that is on the disk already; for recovery. */
    public void load(V value) {
        entries.put(idOf.apply(value), new Entry<>(value));
    }

    /** Writes a new value and shows it. */
    public void insert(V value) throws IOException {
        records.write(value);
        var entry = new Entry<>(value);
        entry.lock.lock();
        try {
            entries.put(idOf.apply(value), entry);
            tell(Optional.empty(), Optional.of(value));
        } finally {
            entry.lock.unlock();
        }
    }

    /**
     * Replaces a value by what the change makes of it: written first, shown then. A change that
     * returns the same object changes nothing.
     *
     * @return the value in force afterwards
     * @throws RuntimeFault {@code NOT_FOUND} if it was removed; whatever the change throws
     */
    @CanIgnoreReturnValue
    public V update(K id, UnaryOperator<V> change) throws IOException {
        return replace(id, change, records::write);
    }

    /**
     * Shows what has happened, whether or not it can be written: a full disk brings no process back
     * to life. The file is behind then, until the next change; the next daemon learns again what
     * happened from those who know it.
     *
     * @return the value in force afterwards
     * @throws RuntimeFault {@code NOT_FOUND} if it was removed; whatever the change throws
     */
    @CanIgnoreReturnValue
    public V observe(K id, UnaryOperator<V> change) {
        return replace(id, change, value -> writeIfPossible(id, value));
    }

    private <X extends Exception> V replace(K id, UnaryOperator<V> change, Writer<V, X> writer)
            throws X {
        var entry = entries.get(id);
        if (entry == null) {
            throw RuntimeFault.notFound("%s was removed meanwhile", id);
        }
        entry.lock.lock();
        try {
            var current = entry.value;
            if (current == null) {
                throw RuntimeFault.notFound("%s was removed meanwhile", id);
            }
            var next = requireNonNull(change.apply(current), "change");
            if (next != current) {
                writer.write(next);
                entry.value = next;
                tell(Optional.of(current), Optional.of(next));
            }
            return next;
        } finally {
            entry.lock.unlock();
        }
    }

    private void writeIfPossible(K id, V value) {
        try {
            records.write(value);
        } catch (IOException e) {
            LOG.errorf("%s has changed, and its record cannot be written: %s", id, e.getMessage());
        }
    }

    /** Deletes a value's file and forgets it. Unknown is fine. */
    public void remove(K id) throws IOException {
        var entry = entries.get(id);
        if (entry == null) {
            return;
        }
        entry.lock.lock();
        try {
            var current = entry.value;
            if (current != null) {
                records.delete(current);
                entry.value = null;
                tell(Optional.of(current), Optional.empty());
            }
            entries.remove(id, entry);
        } finally {
            entry.lock.unlock();
        }
    }

    private void tell(Optional<V> before, Optional<V> after) {
        listeners.forEach(listener -> listener.changed(before, after));
    }

    /** Hears of changes, one after the other for each value. */
    @FunctionalInterface
    public interface Listener<V> {
        /**
         * A value has changed, and everybody sees it. Called under the value's own lock: may read
         * stores, must not wait and must not throw.
         *
         * @param before empty if it is new
         * @param after empty if it was removed
         */
        void changed(Optional<V> before, Optional<V> after);
    }

    /** Where values are kept. Calls for one value never overlap. */
    public interface Records<V> {
        /** Replaces the value's file atomically. */
        void write(V value) throws IOException;

        /** Deletes it; absent is fine. */
        void delete(V value) throws IOException;
    }

    @FunctionalInterface
    private interface Writer<V, X extends Exception> {
        void write(V value) throws X;
    }

    private static final class Entry<V> {
        private final ReentrantLock lock = new ReentrantLock();

        /** Null once removed: somebody may still wait for the lock. Written under it. */
        private volatile @Nullable V value;

        Entry(V value) {
            this.value = value;
        }
    }
}
