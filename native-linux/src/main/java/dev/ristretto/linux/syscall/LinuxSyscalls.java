// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

/**
 * The system calls that Java's library does not have, or not with their errors and flags.
 *
 * <p>Methods are named and behave as their manual pages in section 2 say; instead of returning -1
 * they throw a {@link SyscallException}. Where the kernel restarts nothing, calls interrupted by a
 * signal ({@code EINTR}) are made again. A kernel without a call answers {@code ENOSYS}.
 */
public interface LinuxSyscalls
        extends BpfSyscalls, FileSyscalls, MountSyscalls, ProcessSyscalls, SocketSyscalls {

    /**
     * The calls of this host's kernel, through its C library. Always the same object.
     *
     * @throws UnsupportedOperationException on other processors than x86_64 and aarch64
     */
    static LinuxSyscalls load() {
        return JnrLinuxSyscalls.instance();
    }
}
