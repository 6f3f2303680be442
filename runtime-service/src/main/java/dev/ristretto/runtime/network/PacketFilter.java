// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;

/** What runs the text of {@link NftRules}: libnftables. */
@FunctionalInterface
interface PacketFilter {
    /**
     * Runs the commands as one transaction.
     *
     * @return what they print
     */
    String apply(String commands) throws IOException;

    /** Opens one in the network namespace of the calling thread. */
    @FunctionalInterface
    interface Source {
        /**
         * @throws IOException if this host has none; the message says what to install
         */
        PacketFilter open() throws IOException;
    }
}
