// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import java.io.IOException;
import java.util.Locale;

/** A layer costs more than {@link UnpackLimits} allow; the message says what to raise. */
public final class LayerLimitException extends IOException {
    private static final long serialVersionUID = 1L;

    LayerLimitException(String format, long limit) {
        super(String.format(Locale.ROOT, format, limit));
    }
}
