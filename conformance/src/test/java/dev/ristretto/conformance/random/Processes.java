// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.random;

import com.google.protobuf.ByteString;

import runtime.v1.HugepageLimit;
import runtime.v1.KeyValue;
import runtime.v1.Signal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Environment, directory, terminal, and limits. */
final class Processes {
    private static final int PAGE = 4096;
    private static final Path SWAP = Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes");
    private static final Path HUGEPAGES = Path.of("/sys/fs/cgroup/hugetlb");

    private Processes() {}

    static void addTo(Draft draft) throws IOException {
        for (int i = draft.random.nextInt(4); i > 0; i--) {
            var value = draft.oneOf(List.of("plain", "with space", "a=b", "ü", "$HOME"));
            draft.container.addEnvs(
                    KeyValue.newBuilder()
                            .setKey("VARIABLE_" + i)
                            .setValue(ByteString.copyFromUtf8(value)));
            draft.expect("envs", "echo \"$VARIABLE_%d\"".formatted(i), value);
        }
        if (draft.chance(60)) {
            var directory = draft.oneOf(List.of("/tmp", "/made/for/it", "/usr/../var/log"));
            draft.container.setWorkingDir(directory);
            draft.expect("working_dir", "pwd", directory.replace("/usr/..", ""));
        }
        boolean tty = draft.chance(30);
        draft.container.setTty(tty);
        draft.expect("tty", "test -t 1; echo $?", tty ? "0" : "1");
        if (draft.chance(50)) {
            draft.container.setStopSignal(
                    draft.oneOf(
                            List.of(
                                    Signal.SIGNAL_SIGINT,
                                    Signal.SIGNAL_SIGUSR1,
                                    Signal.SIGNAL_SIGRTMINPLUS3)));
        }
        draft.container.putLabels("number", draft.name).putAnnotations("note", draft.name);
        limits(draft);
    }

    private static void limits(Draft draft) throws IOException {
        if (draft.chance(60)) {
            long bytes = (long) PAGE * (8192 + draft.random.nextInt(16_384));
            draft.resources.setMemoryLimitInBytes(bytes);
            cgroup(draft, "memory/memory.limit_in_bytes", "memory.max", Long.toString(bytes));
            if (draft.chance(50) && Files.exists(SWAP)) {
                long both = bytes + (long) PAGE * draft.random.nextInt(8192);
                draft.resources.setMemorySwapLimitInBytes(both);
                cgroup(draft, "memory/memory.memsw.limit_in_bytes", "", Long.toString(both));
            }
        }
        if (draft.chance(60)) {
            long quota = 50_000 + draft.random.nextInt(150_000);
            draft.resources.setCpuQuota(quota).setCpuPeriod(100_000);
            if (onV2()) {
                cgroup(draft, "", "cpu.max", quota + " 100000");
            } else {
                cgroup(draft, "cpu/cpu.cfs_quota_us", "", Long.toString(quota));
            }
        }
        if (draft.chance(60) && !onV2()) {
            long shares = 2 + draft.random.nextInt(10_000);
            draft.resources.setCpuShares(shares);
            cgroup(draft, "cpu/cpu.shares", "", Long.toString(shares));
        }
        if (draft.chance(40)) {
            draft.resources.setCpusetCpus("0");
            draft.expect(
                    "cpuset_cpus",
                    "grep ^Cpus_allowed_list: /proc/self/status",
                    "Cpus_allowed_list: 0");
        }
        if (draft.chance(40)) {
            draft.resources.setCpusetMems("0");
            draft.expect(
                    "cpuset_mems",
                    "grep ^Mems_allowed_list: /proc/self/status",
                    "Mems_allowed_list: 0");
        }
        if (draft.chance(50) && Files.exists(HUGEPAGES)) {
            long bytes = (2L << 20) * draft.random.nextInt(8);
            draft.resources.addHugepageLimits(
                    HugepageLimit.newBuilder().setPageSize("2MB").setLimit(bytes));
            cgroup(draft, "hugetlb/hugetlb.2MB.limit_in_bytes", "", Long.toString(bytes));
        }
        // A daemon without CAP_SYS_RESOURCE cannot go below its own.
        int own = Integer.parseInt(Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
        int score = Math.max(0, own) + draft.random.nextInt(1001 - Math.max(0, own));
        draft.resources.setOomScoreAdj(score);
        draft.expect("oom_score_adj", "cat /proc/self/oom_score_adj", Integer.toString(score));
    }

    private static void cgroup(Draft draft, String v1, String v2, String value) {
        draft.expect("resources", "cat /sys/fs/cgroup/" + (onV2() ? v2 : v1), value);
    }

    private static boolean onV2() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    }
}
