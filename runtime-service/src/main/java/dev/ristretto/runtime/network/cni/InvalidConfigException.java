// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

/** A CNI configuration that cannot be used; the message says which key and why. */
final class InvalidConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidConfigException(String message) {
        super(message);
    }
}
