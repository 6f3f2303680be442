// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

/** {@link LinuxSyscalls} on jnr-ffi, put together from one part for each subject. */
final class JnrLinuxSyscalls
        implements LinuxSyscalls,
                JnrBpfSyscalls,
                JnrFileSyscalls,
                JnrAttributeSyscalls,
                JnrMountSyscalls,
                JnrProcessSyscalls,
                JnrSocketSyscalls {
    private static final JnrLinuxSyscalls INSTANCE = new JnrLinuxSyscalls();

    private JnrLinuxSyscalls() {}

    static LinuxSyscalls instance() {
        return INSTANCE;
    }
}
