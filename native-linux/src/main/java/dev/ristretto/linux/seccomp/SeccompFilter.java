// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import java.util.Arrays;

/**
 * A compiled profile, ready for seccomp(2): {@code SECCOMP_SET_MODE_FILTER}. Never changed; equal
 * by content.
 */
public final class SeccompFilter {
    private final long flags;
    private final byte[] program;

    /**
     * @param flags {@code SECCOMP_FILTER_FLAG_*}
     * @param program an array of {@code struct sock_filter}, 8 bytes each
     */
    public SeccompFilter(long flags, byte[] program) {
        this.flags = flags;
        this.program = program.clone();
    }

    /** {@code SECCOMP_FILTER_FLAG_*}. */
    public long flags() {
        return flags;
    }

    /** A copy of the BPF instructions. */
    public byte[] program() {
        return program.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeccompFilter filter
                && flags == filter.flags
                && Arrays.equals(program, filter.program);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(flags) + Arrays.hashCode(program);
    }

    @Override
    public String toString() {
        return "%d BPF instructions, flags %#x".formatted(program.length / 8, flags);
    }
}
