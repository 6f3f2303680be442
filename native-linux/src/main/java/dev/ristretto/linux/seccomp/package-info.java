// SPDX-License-Identifier: Apache-2.0
/**
 * Filters of system calls (seccomp(2)): {@link dev.ristretto.linux.seccomp.SeccompProfiles} turns
 * the default profile or an OCI profile in JSON into BPF instructions with libseccomp, once for
 * each profile. Safe from any thread.
 */
@NullMarked
package dev.ristretto.linux.seccomp;

import org.jspecify.annotations.NullMarked;
