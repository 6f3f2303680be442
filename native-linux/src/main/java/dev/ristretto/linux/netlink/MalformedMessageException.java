// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.io.IOException;

/** A message whose lengths do not fit into each other: the kernel sends none. */
final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String part, int length, int room) {
        super("read netlink message: %s of %d bytes where %d are".formatted(part, length, room));
    }
}
