// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.observe;

import dev.ristretto.file.KernelFile;
import dev.ristretto.runtime.observe.Exposition.Type;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What the daemon's process and its virtual machine use, by the names that Prometheus has. */
final class MachineFigures implements Consumer<Exposition> {
    private static final double TICKS = 100;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int RESIDENT_PAGES = 21;
    private static final int PAGE_BYTES = 4096;
    private static final double MILLIS = 1000;

    @Override
    public void accept(Exposition text) {
        process(text);
        var memory = ManagementFactory.getMemoryMXBean();
        text.single(
                "jvm_memory_heap_used_bytes",
                Type.GAUGE,
                "Heap in use.",
                memory.getHeapMemoryUsage().getUsed());
        text.single(
                "jvm_memory_heap_committed_bytes",
                Type.GAUGE,
                "Heap that is reserved.",
                memory.getHeapMemoryUsage().getCommitted());
        text.single(
                "jvm_threads",
                Type.GAUGE,
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        long collectionMillis = 0;
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collectionMillis += Math.max(0, collector.getCollectionTime());
        }
        text.single(
                "jvm_gc_seconds_total",
                Type.COUNTER,
                "Time that garbage collection took.",
                collectionMillis / MILLIS);
        text.single(
                "process_start_time_seconds",
                Type.GAUGE,
                "When the daemon was started, in seconds since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
    }

    private static void process(Exposition text) {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            var stat = KernelFile.text(Path.of("/proc/self/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            text.single(
                    "process_cpu_seconds_total",
                    Type.COUNTER,
                    "CPU time of the daemon.",
                    (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS);
            text.single(
                    "process_resident_memory_bytes",
                    Type.GAUGE,
                    "Memory of the daemon.",
                    (double) Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_BYTES);
            text.single(
                    "process_open_fds",
                    Type.GAUGE,
                    "Open file descriptors of the daemon.",
                    descriptors.count());
        } catch (IOException | UncheckedIOException e) {
            return; // a host without procfs has no pods either; the other figures still count
        }
    }
}
