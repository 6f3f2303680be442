// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes ids of pods and containers. Injected, so that tests know them. Safe from any thread. */
@FunctionalInterface
public interface IdSource {
    /** 64 lowercase hex digits, never the same twice. */
    String next();

    /** Ids of 256 random bits. */
    static IdSource random() {
        var random = new SecureRandom();
        return () -> {
            var bits = new byte[32];
            random.nextBytes(bits);
            return HexFormat.of().formatHex(bits);
        };
    }
}
