// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SeccompLibrary;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Optional;

class KernelLogTest {
    private static final String RECORD =
            "4,1234,14190088504,-;audit: type=1326 audit(1795541432.031:2): auid=4294967295 uid=0"
                    + " gid=0 ses=4294967295 pid=7900 comm=\"sh\" exe=\"/bin/sh\" sig=31"
                    + " arch=c000003e syscall=83 compat=0 ip=0x7f5eab4eb829 code=0x80000000";

    @Test
    void auditRecord_isRead() {
        var log = new KernelLog(LinuxSyscalls.load(), Optional.empty());

        assertThat(log.denial(RECORD))
                .contains(
                        new KernelLog.Denial(
                                Instant.parse("2026-11-24T17:30:32.031Z"),
                                7900,
                                "system call (system call 83) of sh (pid 7900)"));
    }

    @Test
    void systemCall_isNamed_whereTheLibraryIs() {
        var library = SeccompLibrary.load();
        var log = new KernelLog(LinuxSyscalls.load(), library);

        if (library.isPresent()) {
            assertThat(log.denial(RECORD).orElseThrow().words())
                    .isEqualTo("mkdir (system call 83) of sh (pid 7900)");
            assertThat(library.get().nameOn(0xc000003e, 100_000)).isEmpty();
        }
    }

    @Test
    void otherLines_areNoRecords() {
        var log = new KernelLog(LinuxSyscalls.load(), Optional.empty());

        assertThat(log.denial("4,1,2,-;audit: type=1400 audit(1.000:2): apparmor=DENIED"))
                .isEmpty();
        assertThat(log.denial("6,1,2,-;eth0: link up")).isEmpty();
    }
}
