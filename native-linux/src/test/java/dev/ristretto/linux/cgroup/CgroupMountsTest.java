// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

class CgroupMountsTest {
    @Test
    void parse_aHybridHost_findsEveryHierarchy() {
        var mountinfo =
                """
                31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
                32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
                35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/lib/x,name=systemd
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
                """;

        assertThat(CgroupMounts.parse(mountinfo.lines().toList()))
                .containsExactly(
                        v1("/sys/fs/cgroup/cpu,cpuacct", "cpu", "cpuacct"),
                        v1("/sys/fs/cgroup/memory", "memory"),
                        v1("/sys/fs/cgroup/systemd", "name=systemd"),
                        new Hierarchy(Path.of("/sys/fs/cgroup/unified"), true, Set.of()));
    }

    @Test
    void parse_aHierarchyMountedTwice_takesTheOneNearerToTheRoot() {
        var mountinfo =
                List.of(
                        "1 2 0:3 / /srv/jail/sys/fs/cgroup rw - cgroup2 cgroup2 rw",
                        "4 2 0:3 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");

        assertThat(CgroupMounts.parse(mountinfo))
                .containsExactly(new Hierarchy(Path.of("/sys/fs/cgroup"), true, Set.of()));
    }

    @Test
    void parse_anEscapedMountPoint_isReadAsItIs() {
        var mountinfo = List.of("4 2 0:3 / /mnt/a\\040b rw - cgroup2 none rw");

        assertThat(CgroupMounts.parse(mountinfo))
                .extracting(Hierarchy::root)
                .containsExactly(Path.of("/mnt/a b"));
    }

    private static Hierarchy v1(String root, String... controllers) {
        return new Hierarchy(Path.of(root), false, Set.of(controllers));
    }
}
