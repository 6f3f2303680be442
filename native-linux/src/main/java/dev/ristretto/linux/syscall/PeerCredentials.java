// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct ucred} of unix(7), as seen from the caller's pid and user namespaces. */
public record PeerCredentials(int pid, int uid, int gid) {
    static final int STRUCT_SIZE = 12;

    static PeerCredentials decode(byte[] struct) {
        var in = ByteBuffer.wrap(struct).order(ByteOrder.nativeOrder());
        return new PeerCredentials(in.getInt(), in.getInt(), in.getInt());
    }
}
