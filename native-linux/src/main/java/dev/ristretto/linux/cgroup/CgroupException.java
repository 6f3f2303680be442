// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * A cgroup file or directory refused an operation; the message names it and the kernel's answer.
 */
public final class CgroupException extends IOException {
    private static final long serialVersionUID = 1L;

    public CgroupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
