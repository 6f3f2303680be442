// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * All that was done for one subject and happened to it: the first entries, which tell how it came
 * to be, and the last ones. Safe from any thread; writers never wait for readers.
 */
public final class Flight {
    static final int FIRST = 8;
    static final int LAST = 24;

    private final Subject subject;
    private final AtomicReferenceArray<Entry> first = new AtomicReferenceArray<>(FIRST);
    private final AtomicReferenceArray<Entry> last = new AtomicReferenceArray<>(LAST);
    private final AtomicLong noted = new AtomicLong();
    private final Map<String, Repeats> repeats = new ConcurrentHashMap<>();
    private final Instant begunAt;
    private volatile boolean over;

    Flight(Subject subject) {
        this(subject, Instant.EPOCH);
    }

    /**
     * @param begunAt when the call began that makes it
     */
    Flight(Subject subject, Instant begunAt) {
        this.subject = subject;
        this.begunAt = begunAt;
    }

    public Subject subject() {
        return subject;
    }

    /** Whether it was removed or never came to be. */
    public boolean over() {
        return over;
    }

    /** What is kept, by the time at which it began. */
    public List<Entry> entries() {
        var all = new ArrayList<Entry>();
        collect(first, all);
        collect(last, all);
        all.sort(Comparator.comparing(Entry::at));
        return List.copyOf(all);
    }

    /** Entries between the first and the last that were too many to keep. */
    public long dropped() {
        return Math.max(0, noted.get() - FIRST - LAST);
    }

    /** What is done again and again. */
    public Collection<Repeats> repeats() {
        return List.copyOf(repeats.values());
    }

    /** When something was done for it last. */
    public Instant lastAt() {
        var all = entries();
        return all.isEmpty() ? Instant.EPOCH : all.getLast().at();
    }

    /**
     * Orders those of one name, one after the other: by when it came to be. What never did was last
     * tried then. Not by {@link #lastAt}: an old one may be removed after its successor has begun.
     */
    public Instant bornAt() {
        var all = entries();
        if (all.isEmpty()) {
            return begunAt;
        }
        return (subject.id().isEmpty() ? all.getLast() : all.getFirst()).at();
    }

    void add(Entry entry) {
        long index = noted.getAndIncrement();
        if (index < FIRST) {
            first.set((int) index, entry);
        } else {
            last.set((int) ((index - FIRST) % LAST), entry);
        }
    }

    void repeat(Call call) {
        repeats.merge(call.what(), Repeats.first(call), (known, _) -> known.and(call));
    }

    void end() {
        over = true;
    }

    private static void collect(AtomicReferenceArray<Entry> from, List<Entry> all) {
        for (int i = 0; i < from.length(); i++) {
            var entry = from.get(i);
            if (entry != null) {
                all.add(entry);
            }
        }
    }
}
