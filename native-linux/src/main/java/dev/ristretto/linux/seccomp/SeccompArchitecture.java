// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import dev.ristretto.linux.syscall.CpuArchitecture;

import java.util.Arrays;
import java.util.Optional;

/** The architectures whose programs run on the hosts of this runtime. */
enum SeccompArchitecture {
    SCMP_ARCH_X86_64(0xC000003E, "amd64"),
    SCMP_ARCH_X86(0x40000003, "x86"),
    /** Counts as x86_64 to the kernel, with {@link #X32_BIT} in the number of the call. */
    SCMP_ARCH_X32(0x4000003E, "x32"),
    SCMP_ARCH_AARCH64(0xC00000B7, "arm64"),
    SCMP_ARCH_ARM(0x40000028, "arm");

    static final int X32_BIT = 0x40000000;

    private final int token;
    private final String goName;

    SeccompArchitecture(int token, String goName) {
        this.token = token;
        this.goName = goName;
    }

    /** As libseccomp has it; {@code AUDIT_ARCH_*} of the kernel but for x32. */
    int token() {
        return token;
    }

    /** As profiles name it in {@code includes.arches}. */
    String goName() {
        return goName;
    }

    static SeccompArchitecture ofHost() {
        return switch (CpuArchitecture.current()) {
            case X86_64 -> SCMP_ARCH_X86_64;
            case AARCH64 -> SCMP_ARCH_AARCH64;
        };
    }

    static Optional<SeccompArchitecture> find(String name) {
        return Arrays.stream(values()).filter(known -> known.name().equals(name)).findFirst();
    }

    /** Whether its programs can run on a host of this architecture. */
    boolean runsOn(SeccompArchitecture host) {
        boolean x86 = this == SCMP_ARCH_X86_64 || this == SCMP_ARCH_X86 || this == SCMP_ARCH_X32;
        return x86 == (host == SCMP_ARCH_X86_64);
    }
}
