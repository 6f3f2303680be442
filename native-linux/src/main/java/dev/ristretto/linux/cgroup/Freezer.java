// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Stops and continues what is in a cgroup: v1's freezer, or v2's {@code cgroup.freeze}. */
sealed interface Freezer {
    /** A process in an uninterruptible wait cannot be stopped; do not wait for it for ever. */
    Duration PATIENCE = Duration.ofSeconds(2);

    /** The freezer of a cgroup, whichever the host has. */
    static Optional<Freezer> of(Optional<CgroupDirectory> v1, Optional<CgroupDirectory> unified) {
        if (v1.isPresent() && v1.get().has("freezer.state")) {
            return Optional.of(new V1(v1.get()));
        }
        return unified.filter(directory -> directory.has("cgroup.freeze")).map(V2::new);
    }

    /**
     * Returns once everything is stopped.
     *
     * @throws CgroupException if something does not stop; all is thawed again then
     */
    void freeze() throws IOException;

    void thaw() throws IOException;

    /** The freezer controller. */
    record V1(CgroupDirectory cgroup) implements Freezer {
        private static final String STATE = "freezer.state";

        @Override
        public void freeze() throws IOException {
            var patience = new Patience(PATIENCE);
            do {
                // Again each time: a process forked meanwhile keeps the state at FREEZING.
                cgroup.write(new FileWrite(STATE, "FROZEN"));
                if (cgroup.text(STATE).filter("FROZEN"::equals).isPresent()) {
                    return;
                }
            } while (patience.pause());
            thaw();
            throw new CgroupException(
                    "freeze %s: not all processes stopped within %s"
                            .formatted(cgroup.path(), PATIENCE),
                    null);
        }

        @Override
        public void thaw() throws IOException {
            cgroup.write(new FileWrite(STATE, "THAWED"));
        }
    }

    /** The unified hierarchy's freezer. */
    record V2(CgroupDirectory cgroup) implements Freezer {
        private static final String FREEZE = "cgroup.freeze";

        @Override
        public void freeze() throws IOException {
            cgroup.write(new FileWrite(FREEZE, "1"));
            var patience = new Patience(PATIENCE);
            do {
                if (cgroup.keyed("cgroup.events").getOrDefault("frozen", 0L) == 1) {
                    return;
                }
            } while (patience.pause());
            thaw();
            throw new CgroupException(
                    "freeze %s: not all processes stopped within %s"
                            .formatted(cgroup.path(), PATIENCE),
                    null);
        }

        @Override
        public void thaw() throws IOException {
            cgroup.write(new FileWrite(FREEZE, "0"));
        }
    }
}
