// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.Errno;

/** A podshim refused a request before doing anything ({@code ERROR}). */
public final class PodErrorException extends PodException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;
    private final String what;

    PodErrorException(String pod, int errno, String what) {
        super(pod, "ask %s: %s: %s".formatted(pod, what, Errno.of(errno)));
        this.errno = Errno.of(errno);
        this.what = what;
    }

    /** The reason as an error number: {@code ENOENT}, {@code EBUSY}, {@code EEXIST} ... */
    public Errno errno() {
        return errno;
    }

    /** The podshim's words, for example {@code unknown container}. */
    public String what() {
        return what;
    }
}
