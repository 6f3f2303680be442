// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static dev.ristretto.linux.cgroup.CgroupDirectory.UNLIMITED;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Limits in v1 hierarchies, see the kernel's {@code admin-guide/cgroup-v1}. Each controller is a
 * directory of its own, or missing.
 */
final class V1LimitFiles implements LimitFiles {
    private static final String PIDS_MAX = "pids.max";
    private static final String HUGEPAGE_LIMIT = "limit_in_bytes";

    private final Function<String, Optional<CgroupDirectory>> controllers;

    V1LimitFiles(Function<String, Optional<CgroupDirectory>> controllers) {
        this.controllers = controllers;
    }

    @Override
    public void write(CgroupLimits limits) throws IOException {
        if (!limits.unified().isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "unified %s: this host's controllers are on cgroup v1",
                    limits.unified().keySet());
        }
        if (limits.memoryLimitBytes().isPresent() || limits.memorySwapLimitBytes().isPresent()) {
            writeMemory(require("memory"), limits);
        }
        writeCpu(limits);
        if (limits.pidsLimit().isPresent()) {
            long pids = limits.pidsLimit().getAsLong();
            require("pids").write(FileWrite.limit(PIDS_MAX, pids));
        }
        writeHugepages(limits.hugepageLimitsBytes());
    }

    private void writeCpu(CgroupLimits limits) throws CgroupException {
        if (limits.cpuShares().isPresent()
                || limits.cpuQuotaMicros().isPresent()
                || limits.cpuPeriodMicros().isPresent()) {
            var cpu = require("cpu");
            var plan =
                    CpuPlan.v1(
                            limits,
                            cpu.number(CpuPlan.V1_QUOTA).orElse(UNLIMITED),
                            cpu.number(CpuPlan.V1_PERIOD).orElse(0));
            writeAll(cpu, plan);
        }
        if (limits.cpusetCpus().isPresent()) {
            require("cpuset").write(new FileWrite("cpuset.cpus", limits.cpusetCpus().get()));
        }
        if (limits.cpusetMems().isPresent()) {
            require("cpuset").write(new FileWrite("cpuset.mems", limits.cpusetMems().get()));
        }
    }

    private static void writeMemory(CgroupDirectory memory, CgroupLimits limits)
            throws CgroupException {
        var plan =
                MemoryPlan.v1(
                        limits,
                        memory.number(MemoryPlan.V1_LIMIT).orElse(UNLIMITED),
                        memory.number(MemoryPlan.V1_SWAP));
        for (var write : plan) {
            try {
                memory.write(write);
            } catch (CgroupException e) {
                // The kernel reclaims what it can, then answers EBUSY: nothing was killed.
                if (String.valueOf(e.getMessage()).contains("busy")) {
                    var fault =
                            LimitFiles.belowUsage(
                                    memory,
                                    Long.parseLong(write.value()),
                                    memory.number("memory.usage_in_bytes"));
                    fault.addSuppressed(e);
                    throw fault;
                }
                throw e;
            }
        }
    }

    private void writeHugepages(Map<String, Long> limits) throws CgroupException {
        var hugetlb = controllers.apply("hugetlb");
        if (hugetlb.isPresent()) {
            writeAll(hugetlb.get(), LimitFiles.hugepages(hugetlb.get(), limits, HUGEPAGE_LIMIT));
            return;
        }
        // The kubelet sends 0 for every page size to every container; only more needs a controller.
        if (limits.values().stream().anyMatch(bytes -> bytes != 0)) {
            require("hugetlb");
        }
    }

    @Override
    public CgroupLimits read() throws IOException {
        var hugetlb = controllers.apply("hugetlb");
        return new CgroupLimits(
                number("cpu", CpuPlan.V1_SHARES),
                number("cpu", CpuPlan.V1_QUOTA),
                number("cpu", CpuPlan.V1_PERIOD),
                text("cpuset", "cpuset.cpus"),
                text("cpuset", "cpuset.mems"),
                number("memory", MemoryPlan.V1_LIMIT),
                number("memory", MemoryPlan.V1_SWAP),
                number("pids", PIDS_MAX),
                hugetlb.isPresent()
                        ? LimitFiles.readHugepages(hugetlb.get(), HUGEPAGE_LIMIT)
                        : Map.of(),
                Map.of());
    }

    private OptionalLong number(String controller, String file) throws CgroupException {
        var directory = controllers.apply(controller);
        return directory.isPresent() ? directory.get().number(file) : OptionalLong.empty();
    }

    private Optional<String> text(String controller, String file) throws CgroupException {
        var directory = controllers.apply(controller);
        return directory.isPresent()
                ? directory.get().text(file).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    private CgroupDirectory require(String controller) throws CgroupException {
        return controllers
                .apply(controller)
                .orElseThrow(
                        () ->
                                new CgroupException(
                                        "no cgroup v1 hierarchy of controller %s is mounted"
                                                .formatted(controller),
                                        null));
    }

    private static void writeAll(CgroupDirectory directory, List<FileWrite> plan)
            throws CgroupException {
        for (var write : plan) {
            directory.write(write);
        }
    }
}
