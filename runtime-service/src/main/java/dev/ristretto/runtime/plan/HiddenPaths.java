// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.List;

/**
 * Paths of proc and sys that a container must not see or write. A config's lists count exactly; a
 * privileged container has none.
 */
public final class HiddenPaths {
    /** Masked for a client that says nothing about security; the kubelet always does. */
    public static final List<String> DEFAULT_MASKED =
            List.of(
                    "/proc/acpi",
                    "/proc/asound",
                    "/proc/interrupts",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/sys/devices/virtual/powercap",
                    "/sys/firmware");

    /** Read-only for a client that says nothing about security. */
    public static final List<String> DEFAULT_READONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private HiddenPaths() {}

    static List<ShimOp> ops(ContainerInput input) {
        var ops = new ArrayList<ShimOp>();
        if (!input.privileged()) {
            var security = input.config().security();
            security.readonlyPaths()
                    .forEach(path -> ops.add(new ShimOp.ReadonlyPath(Slots.ROOT, path)));
            // Last, so that no read-only bind brings back what is masked below it.
            security.maskedPaths().forEach(path -> ops.add(new ShimOp.Mask(Slots.ROOT, path)));
        }
        return ops;
    }
}
