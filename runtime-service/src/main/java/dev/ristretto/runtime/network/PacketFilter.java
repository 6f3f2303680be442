// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;

/** What runs the text of {@link NftRules}: libnftables. */
@FunctionalInterface
interface PacketFilter {
    /** Runs the commands as one transaction. */
    void apply(String commands) throws IOException;

    /** Opens one in the network namespace of the calling thread. */
    @FunctionalInterface
    interface Source {
        PacketFilter open() throws IOException;
    }
}
