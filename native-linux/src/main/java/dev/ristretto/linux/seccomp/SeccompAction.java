// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

/** What happens to a system call, as the kernel encodes it, see seccomp(2). */
final class SeccompAction {
    static final int EPERM = 1;
    static final int ENOSYS = 38;

    private static final int DATA = 0xffff;

    private static final int KILL_PROCESS = 0x80000000;
    private static final int KILL_THREAD = 0;
    private static final int TRAP = 0x00030000;
    private static final int ERRNO = 0x00050000;
    private static final int TRACE = 0x7ff00000;
    private static final int LOG = 0x7ffc0000;
    private static final int ALLOW = 0x7fff0000;

    private SeccompAction() {}

    /**
     * The kernel's number.
     *
     * @param name {@code SCMP_ACT_*} of the OCI runtime specification
     * @param errno for those that answer with one
     * @throws IllegalArgumentException saying why there is none
     */
    static int of(String name, int errno) {
        return switch (name) {
            case "SCMP_ACT_ALLOW" -> ALLOW;
            case "SCMP_ACT_ERRNO" -> errno(errno);
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> KILL_THREAD;
            case "SCMP_ACT_KILL_PROCESS" -> KILL_PROCESS;
            case "SCMP_ACT_LOG" -> LOG;
            case "SCMP_ACT_TRACE" -> TRACE | (errno & DATA);
            case "SCMP_ACT_TRAP" -> TRAP;
            case "SCMP_ACT_NOTIFY" ->
                    throw new IllegalArgumentException(
                            "'SCMP_ACT_NOTIFY' is not supported: no listener would answer, and each"
                                    + " such call would wait for ever");
            default ->
                    throw new IllegalArgumentException(
                            "'"
                                    + name
                                    + "' is not one of SCMP_ACT_ALLOW, ERRNO, KILL, KILL_THREAD,"
                                    + " KILL_PROCESS, LOG, TRACE, TRAP");
        };
    }

    /** Fails with an error number. */
    static int errno(int errno) {
        return ERRNO | (errno & DATA);
    }

    /** Whether a call of which the profile says nothing is refused in words. */
    static boolean isErrnoOtherThanEnosys(int action) {
        return (action & ~DATA) == ERRNO && (action & DATA) != ENOSYS;
    }
}
