// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The metrics of containers and pods, by the names that cAdvisor gave them. Seconds are whole: the
 * CRI carries integers.
 */
public enum MetricName {
    BLKIO_DEVICE_USAGE_TOTAL(
            Kind.COUNTER,
            "Bytes to and from a block device.",
            "device",
            "major",
            "minor",
            "operation"),
    CPU_CFS_PERIODS_TOTAL(Kind.COUNTER, "Periods of the CPU quota that have passed."),
    CPU_CFS_THROTTLED_PERIODS_TOTAL(Kind.COUNTER, "Periods in which the CPU quota was used up."),
    CPU_CFS_THROTTLED_SECONDS_TOTAL(
            Kind.COUNTER, "Time that tasks were held back by the CPU quota, in seconds."),
    CPU_SYSTEM_SECONDS_TOTAL(Kind.COUNTER, "CPU time in the kernel, in seconds."),
    CPU_USAGE_SECONDS_TOTAL(Kind.COUNTER, "CPU time, in seconds.", "cpu"),
    CPU_USER_SECONDS_TOTAL(Kind.COUNTER, "CPU time in user mode, in seconds."),
    FILE_DESCRIPTORS(Kind.GAUGE, "Open file descriptors of all processes."),
    FS_INODES_FREE(Kind.GAUGE, "Free inodes of the file system with the writable layer."),
    FS_INODES_TOTAL(Kind.GAUGE, "Inodes of the file system with the writable layer."),
    FS_LIMIT_BYTES(Kind.GAUGE, "Size of the file system with the writable layer, in bytes."),
    FS_READS_BYTES_TOTAL(Kind.COUNTER, "Bytes read from a block device.", "device"),
    FS_READS_TOTAL(Kind.COUNTER, "Reads from a block device.", "device"),
    FS_USAGE_BYTES(Kind.GAUGE, "Size of the writable layer, in bytes."),
    FS_WRITES_BYTES_TOTAL(Kind.COUNTER, "Bytes written to a block device.", "device"),
    FS_WRITES_TOTAL(Kind.COUNTER, "Writes to a block device.", "device"),
    HUGETLB_MAX_USAGE_BYTES(
            Kind.GAUGE, "Most huge pages of a size used at once, in bytes.", "pagesize"),
    HUGETLB_USAGE_BYTES(Kind.GAUGE, "Huge pages of a size in use, in bytes.", "pagesize"),
    LAST_SEEN(Kind.GAUGE, "When the container was looked at, in seconds since 1970."),
    MEMORY_CACHE(Kind.GAUGE, "Page cache, in bytes."),
    MEMORY_FAILCNT(Kind.COUNTER, "How often the memory limit was met."),
    MEMORY_FAILURES_TOTAL(Kind.COUNTER, "Page faults.", "failure_type", "scope"),
    MEMORY_KERNEL_USAGE(Kind.GAUGE, "Memory of the kernel, in bytes."),
    MEMORY_MAPPED_FILE(Kind.GAUGE, "Files mapped into memory, in bytes."),
    MEMORY_MAX_USAGE_BYTES(Kind.GAUGE, "Most memory used at once, in bytes."),
    MEMORY_RSS(Kind.GAUGE, "Anonymous memory, in bytes."),
    MEMORY_SWAP(Kind.GAUGE, "Swap in use, in bytes."),
    MEMORY_USAGE_BYTES(Kind.GAUGE, "Memory in use with the page cache, in bytes."),
    MEMORY_WORKING_SET_BYTES(
            Kind.GAUGE, "Memory in use without the page cache that can be dropped, in bytes."),
    NETWORK_RECEIVE_BYTES_TOTAL(Kind.COUNTER, "Bytes received.", "interface"),
    NETWORK_RECEIVE_ERRORS_TOTAL(Kind.COUNTER, "Errors when receiving.", "interface"),
    NETWORK_RECEIVE_PACKETS_DROPPED_TOTAL(
            Kind.COUNTER, "Packets dropped when receiving.", "interface"),
    NETWORK_RECEIVE_PACKETS_TOTAL(Kind.COUNTER, "Packets received.", "interface"),
    NETWORK_TRANSMIT_BYTES_TOTAL(Kind.COUNTER, "Bytes sent.", "interface"),
    NETWORK_TRANSMIT_ERRORS_TOTAL(Kind.COUNTER, "Errors when sending.", "interface"),
    NETWORK_TRANSMIT_PACKETS_DROPPED_TOTAL(
            Kind.COUNTER, "Packets dropped when sending.", "interface"),
    NETWORK_TRANSMIT_PACKETS_TOTAL(Kind.COUNTER, "Packets sent.", "interface"),
    OOM_EVENTS_TOTAL(Kind.COUNTER, "Processes that the kernel killed for memory."),
    PRESSURE_CPU_STALLED_SECONDS_TOTAL(
            Kind.COUNTER, "Time that all tasks waited for a CPU, in seconds."),
    PRESSURE_CPU_WAITING_SECONDS_TOTAL(
            Kind.COUNTER, "Time that some task waited for a CPU, in seconds."),
    PRESSURE_IO_STALLED_SECONDS_TOTAL(
            Kind.COUNTER, "Time that all tasks waited for I/O, in seconds."),
    PRESSURE_IO_WAITING_SECONDS_TOTAL(
            Kind.COUNTER, "Time that some task waited for I/O, in seconds."),
    PRESSURE_MEMORY_STALLED_SECONDS_TOTAL(
            Kind.COUNTER, "Time that all tasks waited for memory, in seconds."),
    PRESSURE_MEMORY_WAITING_SECONDS_TOTAL(
            Kind.COUNTER, "Time that some task waited for memory, in seconds."),
    PROCESSES(Kind.GAUGE, "Processes."),
    SOCKETS(Kind.GAUGE, "Open sockets of all processes."),
    SPEC_CPU_PERIOD(Kind.GAUGE, "Period of the CPU quota, in microseconds."),
    SPEC_CPU_QUOTA(Kind.GAUGE, "CPU time for each period, in microseconds; left out if unlimited."),
    SPEC_CPU_SHARES(Kind.GAUGE, "Relative weight of CPU time, as cgroup v1 counts it."),
    SPEC_MEMORY_LIMIT_BYTES(Kind.GAUGE, "Memory limit, in bytes; 0 if unlimited."),
    SPEC_MEMORY_RESERVATION_LIMIT_BYTES(
            Kind.GAUGE, "Memory kept for the container, in bytes; 0 for none."),
    SPEC_MEMORY_SWAP_LIMIT_BYTES(
            Kind.GAUGE, "Limit of memory and swap together, in bytes; 0 if unlimited."),
    START_TIME_SECONDS(Kind.GAUGE, "When the container was started, in seconds since 1970."),
    THREADS(Kind.GAUGE, "Threads."),
    THREADS_MAX(Kind.GAUGE, "Limit of threads; 0 if unlimited."),
    ULIMITS_SOFT(Kind.GAUGE, "Soft limit of the container's first process.", "ulimit");

    private final Kind kind;
    private final String help;
    private final List<String> labels;

    /** How values change. */
    public enum Kind {
        COUNTER,
        GAUGE
    }

    /** Apart, since an enum's constants are made before its other static fields. */
    private static final class Base {
        /** What identifies a container or a pod; every metric has these. */
        private static final List<String> LABELS =
                List.of("container", "id", "image", "name", "namespace", "pod");
    }

    MetricName(Kind kind, String help, String... labels) {
        this.kind = kind;
        this.help = help;
        var all = new ArrayList<>(Base.LABELS);
        all.addAll(List.of(labels));
        this.labels = List.copyOf(all);
    }

    /** For example {@code container_cpu_usage_seconds_total}. */
    public String text() {
        return "container_" + name().toLowerCase(Locale.ROOT);
    }

    public Kind kind() {
        return kind;
    }

    /** For people. */
    public String help() {
        return help;
    }

    /** Names of the labels, in the order of a sample's. */
    public List<String> labels() {
        return labels;
    }
}
