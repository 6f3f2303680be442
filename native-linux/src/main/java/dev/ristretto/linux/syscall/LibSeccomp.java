// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;

import org.jspecify.annotations.Nullable;

/**
 * The functions of {@code libseccomp.so.2} as they are, see seccomp_init(3). Those that return an
 * {@code int} return the negative number of the error.
 */
interface LibSeccomp {
    @Nullable Pointer seccomp_init(int defaultAction);

    void seccomp_release(Pointer context);

    int seccomp_arch_add(Pointer context, int architecture);

    int seccomp_attr_set(Pointer context, int attribute, int value);

    int seccomp_syscall_resolve_name(@In byte[] name);

    int seccomp_syscall_resolve_name_arch(int architecture, @In byte[] name);

    /** The caller frees what it gets. */
    @Nullable Pointer seccomp_syscall_resolve_num_arch(int architecture, int number);

    /** free(3), which the library brings with the C library. */
    void free(Pointer memory);

    int seccomp_rule_add_array(
            Pointer context, int action, int syscall, int count, @In byte[] comparisons);

    int seccomp_export_bpf(Pointer context, int fd);
}
