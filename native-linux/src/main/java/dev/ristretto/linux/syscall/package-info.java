// SPDX-License-Identifier: Apache-2.0
/**
 * System calls and the C libraries beside them, one Java method per C function, no policy.
 *
 * <p>Entry: {@link dev.ristretto.linux.syscall.LinuxSyscalls#load()}. Every failure is a {@link
 * dev.ristretto.linux.syscall.SyscallException} with its {@link dev.ristretto.linux.syscall.Errno}.
 * This is the only package that imports {@code jnr}, so that the binding can be replaced without
 * touching a caller. Everything is safe from any thread. A native call pins a virtual thread to its
 * carrier while it runs; those that can wait say so.
 */
@NullMarked
package dev.ristretto.linux.syscall;

import org.jspecify.annotations.NullMarked;
