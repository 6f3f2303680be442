// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Writes and reads limits in the dialect of a cgroup version. */
sealed interface LimitFiles permits V1LimitFiles, V2LimitFiles {
    Pattern PAGE_SIZE = Pattern.compile("[1-9][0-9]*[KMG]B");

    /** See {@link Cgroup#write}. */
    void write(CgroupLimits limits) throws IOException;

    /** See {@link Cgroup#read}. */
    CgroupLimits read() throws IOException;

    /**
     * Huge pages in use, and those reserved where the kernel limits them too: without the latter a
     * reservation beyond the limit ends in a SIGBUS at the first touch.
     */
    static List<FileWrite> hugepages(
            CgroupDirectory cgroup, Map<String, Long> limits, String limitFile) {
        var writes = new ArrayList<FileWrite>();
        limits.forEach(
                (pageSize, bytes) -> {
                    if (!PAGE_SIZE.matcher(pageSize).matches()) {
                        throw RuntimeFault.invalidArgument(
                                "hugepage_limits.page_size '%s' is not like 2MB", pageSize);
                    }
                    var used = "hugetlb.%s.%s".formatted(pageSize, limitFile);
                    var reserved = "hugetlb.%s.rsvd.%s".formatted(pageSize, limitFile);
                    // No such page size on this host: nobody can use any, which is what 0 asks for.
                    if (bytes != 0 || cgroup.has(used)) {
                        writes.add(FileWrite.number(used, bytes));
                    }
                    if (cgroup.has(reserved)) {
                        writes.add(FileWrite.number(reserved, bytes));
                    }
                });
        return writes;
    }

    /** The limits by page size, from the files that the kernel made. */
    static Map<String, Long> readHugepages(CgroupDirectory cgroup, String limitFile)
            throws CgroupException {
        Map<String, Long> limits = new HashMap<>();
        for (var file : cgroup.files()) {
            var parts = file.split("\\.");
            if (parts.length == 3 && "hugetlb".equals(parts[0]) && limitFile.equals(parts[2])) {
                cgroup.number(file).ifPresent(bytes -> limits.put(parts[1], bytes));
            }
        }
        return limits;
    }

    /** The refusal of a memory limit that is below what is in use. */
    static RuntimeFault belowUsage(CgroupDirectory cgroup, long limit, OptionalLong usage) {
        return RuntimeFault.wrongState(
                "limit memory of %s to %d bytes: %s bytes are in use and cannot be reclaimed",
                cgroup.path(), limit, usage.isPresent() ? usage.getAsLong() : "more");
    }
}
