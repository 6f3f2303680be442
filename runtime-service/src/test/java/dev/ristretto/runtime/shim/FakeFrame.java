// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.nio.charset.StandardCharsets;

/** A frame as it is sent; the payload's characters are its bytes. */
record FakeFrame(int type, String payload) {
    byte[] bytes() {
        return payload.getBytes(StandardCharsets.ISO_8859_1);
    }
}
