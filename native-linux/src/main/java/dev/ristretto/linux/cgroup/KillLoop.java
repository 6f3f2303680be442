// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Kills all processes of a cgroup where there is no {@code cgroup.kill}: while they are frozen none
 * can fork away between being listed and being signalled. Ends when a round finds nobody new.
 */
final class KillLoop {
    private static final int MAX_ROUNDS = 64;

    private final Processes processes;
    private final Optional<Freezer> freezer;

    KillLoop(Processes processes, Optional<Freezer> freezer) {
        this.processes = processes;
        this.freezer = freezer;
    }

    void run() throws IOException {
        var signalled = new HashSet<Integer>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            if (signalled.containsAll(processes.list())) {
                return;
            }
            boolean frozen = freeze();
            try {
                for (int pid : processes.list()) {
                    if (signalled.add(pid)) {
                        // Refuses to end this very JVM, which may be what a wrong path leads to.
                        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                    }
                }
            } finally {
                // A frozen process dies only once it is thawed (v1).
                if (frozen) {
                    freezer.orElseThrow().thaw();
                }
            }
        }
        throw new CgroupException(
                "kill cgroup: new processes kept coming for %d rounds; last seen %s"
                        .formatted(MAX_ROUNDS, processes.list()),
                null);
    }

    /** Not being able to freeze makes a fork able to escape this round; the next will see it. */
    private boolean freeze() throws IOException {
        if (freezer.isEmpty()) {
            return false;
        }
        try {
            freezer.get().freeze();
            return true;
        } catch (CgroupException e) {
            return false;
        }
    }

    /** Lists the processes of the cgroup and below. */
    @FunctionalInterface
    interface Processes {
        List<Integer> list() throws IOException;
    }
}
