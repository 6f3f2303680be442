// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import com.google.errorprone.annotations.FormatMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Locale;

/**
 * What a layer or an archive contains is broken, or would do what no layer may. The message names
 * the entry; whoever knows the layer's name puts it in front.
 */
public final class BadLayerException extends IOException {
    private static final long serialVersionUID = 1L;

    @FormatMethod
    BadLayerException(String format, @Nullable Object... args) {
        super(String.format(Locale.ROOT, format, args));
    }
}
