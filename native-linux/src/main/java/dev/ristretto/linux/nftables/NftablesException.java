// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.nftables;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** libnftables is missing, or refused commands; then the message holds its own first line. */
public final class NftablesException extends IOException {
    private static final long serialVersionUID = 1L;

    public NftablesException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
