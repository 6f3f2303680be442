// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One control group in all hierarchies. Holds no descriptor; safe from any thread. */
public interface Cgroup {
    /** Path below the root of each hierarchy. */
    String path();

    /** Whether it exists in at least one hierarchy. */
    boolean exists();

    /**
     * Writes what is present, in the order that the kernel accepts; absent values stay. Memory goes
     * first, being what the kernel may refuse of a valid request. A controller that the host lacks
     * is an error if a limit needs it, except that no huge pages (0) need no controller.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} for values that contradict each other or name a
     *     file that may not be written, {@code WRONG_STATE} if memory in use is above the new
     *     limit: it is never brought about by an OOM kill
     */
    void write(CgroupLimits limits) throws IOException;

    /**
     * Denies every device that the rules do not allow, here and below, in place of what was denied
     * here before: with the v1 devices hierarchy where that is mounted, else with a BPF program on
     * the v2 cgroup.
     *
     * @throws CgroupException if the kernel has neither
     */
    void restrictDevices(DeviceRules rules) throws IOException;

    /**
     * The values in force, read back; what the host cannot limit is absent. On v2 the shares are
     * the largest that mean the weight in force ({@link CpuWeight#toShares}); compare by {@link
     * CpuWeight#ofShares}.
     */
    CgroupLimits read() throws IOException;

    /** The directory to clone into (CLONE_INTO_CGROUP), on v2 and hybrid hosts. Empty on v1. */
    Optional<Path> cloneIntoDirectory();

    /**
     * On v1 and hybrid hosts the {@code tasks} files that a process of one thread writes {@code 0}
     * to, to move itself. A write to {@code cgroup.procs} waits for an RCU grace period of some 10
     * ms; a thread that moves itself has waited for nothing since Linux 5.5. Empty on v2.
     */
    List<Path> attachFiles();

    /** The names of the cgroups right below it, in any hierarchy; none if it does not exist. */
    List<String> children() throws IOException;

    /** The processes in it and below it. */
    List<Integer> processes() throws IOException;

    /** Stops or continues everything below (freezer, {@code cgroup.freeze}). */
    void freeze(boolean frozen) throws IOException;

    /**
     * Kills everything below with SIGKILL: {@code cgroup.kill} where there is one, else freeze,
     * signal, thaw until nothing is left to signal. Returns when the signals are sent, not when the
     * processes are gone.
     */
    void kill() throws IOException;

    /** Processes below that the kernel killed for memory since the cgroup was made. */
    long oomKills() throws IOException;

    /**
     * CPU time since it was made, in nanoseconds: one file, to see whether anything in it has run.
     * Empty if it is gone.
     */
    OptionalLong cpuUsageNanos() throws IOException;

    /**
     * What its tasks wait for. On a hybrid host the unified hierarchy knows, where every process is
     * too; a v1 host without that does not.
     */
    CgroupPressure pressure();

    /** What it uses beyond {@link #stats}; reads many files. */
    CgroupDetails details() throws IOException;

    /** What it uses now. Files that a kernel lacks leave their figures zero. */
    CgroupStats stats() throws IOException;

    /**
     * Removes it and what is below, children first, from every hierarchy. Absent is fine. Waits for
     * killed processes to leave, up to the given time.
     *
     * @throws CgroupException naming the processes (pid, command, state) that stay
     */
    void delete(Duration patience) throws IOException;

    /**
     * Removes it at once if nothing is in it, as is usual; else kills everything in it first.
     * Absent is fine.
     *
     * @param patience how long killed processes may take to leave
     * @throws CgroupException naming the processes that stay
     */
    default void destroy(Duration patience) throws IOException {
        try {
            delete(Duration.ZERO);
        } catch (CgroupException e) {
            kill();
            delete(patience);
        }
    }
}
