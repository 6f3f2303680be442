// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.linux.cgroup.Cgroup;
import dev.ristretto.linux.cgroup.CgroupPressure;
import dev.ristretto.linux.cgroup.Cgroups;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads cgroups, as little as is needed: most containers of a dense node sleep. CPU time is read
 * each time. While it stands still nothing in the cgroup has run, so the rest is as it was, but for
 * what the kernel takes away from outside; that is read again after a while all the same.
 *
 * <p>Safe from any thread.
 */
public final class CgroupReadings {
    /** What sleeps is read whole this often. */
    private static final Duration SLEEPING = Duration.ofSeconds(10);

    /** The kernel averages pressure every 2 seconds, and each of its files costs as the rest. */
    private static final Duration PRESSURE = Duration.ofSeconds(5);

    /** Over less time a rate says nothing. */
    private static final Duration RATE = Duration.ofMillis(500);

    private final Map<String, Sample> samples = new ConcurrentHashMap<>();
    private final Cgroups cgroups;
    private final InstantSource clock;

    /**
     * What is remembered of a cgroup.
     *
     * @param rateFrom where the rate was counted from last
     */
    private record Sample(CgroupReading reading, Instant pressureAt, RateBase rateFrom) {}

    private record RateBase(Instant at, long cpuUsageNanos) {}

    public CgroupReadings(Cgroups cgroups, InstantSource clock) {
        this.cgroups = cgroups;
        this.clock = clock;
    }

    /** Reads a cgroup; empty if it is gone. */
    public Optional<CgroupReading> read(String path) {
        try {
            var cgroup = cgroups.at(path);
            var cpuUsage = cgroup.cpuUsageNanos();
            if (cpuUsage.isEmpty()) {
                samples.remove(path);
                return Optional.empty();
            }
            var next = sample(cgroup, cpuUsage.getAsLong(), samples.get(path));
            samples.put(path, next);
            return Optional.of(next.reading);
        } catch (IOException e) {
            samples.remove(path);
            return Optional.empty(); // it has just ended
        }
    }

    private Sample sample(Cgroup cgroup, long cpuUsage, @Nullable Sample last) throws IOException {
        var now = clock.instant();
        if (last == null) {
            var reading =
                    new CgroupReading(
                            now,
                            cpuUsage,
                            OptionalLong.empty(),
                            now,
                            cgroup.stats(),
                            cgroup.pressure());
            return new Sample(reading, now, new RateBase(now, cpuUsage));
        }
        var known = last.reading;
        var base = last.rateFrom;
        var rate = known.usageNanoCores();
        if (Duration.between(base.at, now).compareTo(RATE) >= 0) {
            rate = OptionalLong.of(nanoCores(base, cpuUsage, now));
            base = new RateBase(now, cpuUsage);
        }
        if (cpuUsage == known.cpuUsageNanos() && isYounger(known.at(), SLEEPING, now)) {
            var same =
                    new CgroupReading(
                            now, cpuUsage, rate, known.at(), known.stats(), known.pressure());
            return new Sample(same, last.pressureAt, base);
        }
        boolean pressureIsYoung = isYounger(last.pressureAt, PRESSURE, now);
        CgroupPressure pressure = pressureIsYoung ? known.pressure() : cgroup.pressure();
        var reading = new CgroupReading(now, cpuUsage, rate, now, cgroup.stats(), pressure);
        return new Sample(reading, pressureIsYoung ? last.pressureAt : now, base);
    }

    /** A container that was made again under the same path begins at nothing. */
    private static long nanoCores(RateBase base, long cpuUsage, Instant now) {
        double seconds = Duration.between(base.at, now).toNanos() / 1e9;
        return Math.round(Math.max(0, cpuUsage - base.cpuUsageNanos) / seconds);
    }

    private static boolean isYounger(Instant at, Duration age, Instant now) {
        return Duration.between(at, now).compareTo(age) < 0;
    }

    /** Forgets what is remembered of all others. */
    public void retain(Set<String> paths) {
        samples.keySet().retainAll(paths);
    }
}
