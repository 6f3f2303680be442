// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

/**
 * Numbers of the calls made through syscall(2), on x86_64 and on aarch64. Calls since Linux 5.1
 * have the same number everywhere.
 */
enum SyscallNumber {
    MKNODAT(259, 33),
    GETTID(186, 178),
    GETDENTS64(217, 61),
    RENAMEAT2(316, 276),
    MEMFD_CREATE(319, 279),
    BPF(321, 280),
    STATX(332, 291),
    PIDFD_SEND_SIGNAL(424, 424),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    PIDFD_OPEN(434, 434),
    OPENAT2(437, 437),
    MOUNT_SETATTR(442, 442);

    private final int number;

    SyscallNumber(int onX8664, int onAarch64) {
        this.number = CpuArchitecture.current().pick(onX8664, onAarch64);
    }

    long value() {
        return number;
    }
}
