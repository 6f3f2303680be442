// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import dev.ristretto.linux.syscall.Errno;

import java.io.IOException;

/**
 * The kernel refused a netlink request.
 *
 * <p>For example {@code create bridge rst0: File exists (EEXIST)}; where the kernel explains itself
 * (extended acknowledgement) its words follow: {@code add route 10.1.0.0/16: Network is unreachable
 * (ENETUNREACH); kernel: Nexthop has invalid gateway}.
 */
public final class NetlinkException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    NetlinkException(String action, Errno errno, String kernelsWords) {
        super(action + ": " + errno + (kernelsWords.isEmpty() ? "" : "; kernel: " + kernelsWords));
        this.errno = errno;
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
