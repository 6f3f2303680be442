// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.io.IOException;

/**
 * The kernel refused a system call.
 *
 * <p>The message follows the project's grammar, {@code <call> <object>: <text> (<ERRNO>)}, for
 * example {@code openat2 /etc/passwd: No such file or directory (ENOENT)}.
 */
public final class SyscallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String object;
    private final Errno errno;

    /**
     * @param call name of the system call as its manual page spells it
     * @param object what it was applied to; empty if to nothing
     */
    public SyscallException(String call, String object, Errno errno) {
        super((object.isEmpty() ? call : call + " " + object) + ": " + errno);
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    /** The system call as its manual page spells it. */
    public String call() {
        return call;
    }

    /** What it was applied to. */
    public String object() {
        return object;
    }

    /** What the kernel answered. */
    public Errno errno() {
        return errno;
    }

    /** Whether the kernel's answer was this one. */
    public boolean is(Errno other) {
        return errno == other;
    }
}
