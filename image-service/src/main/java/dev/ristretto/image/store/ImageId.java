// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.store;

import dev.ristretto.fault.RuntimeFault;

import java.util.regex.Pattern;

/**
 * An image's identity: the digest of its config, {@code sha256:<64 hex>}, as {@code Image.id} of
 * the CRI. The same content has the same id whatever registry it came from.
 */
public record ImageId(String value) {
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public ImageId {
        if (!FORM.matcher(value).matches()) {
            throw RuntimeFault.invalidArgument(
                    "image id '%s' is not sha256: and 64 lowercase hex digits", value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
