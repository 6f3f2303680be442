// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.nio.file.Path;
import java.util.List;

/**
 * How to know a server and be known by it.
 *
 * @param authorities PEM files trusted besides the system's
 * @param clientKeys what is shown if the server asks for a certificate
 * @param verification whether the server's certificate is looked at
 */
record TlsSettings(List<Path> authorities, List<ClientKey> clientKeys, Verification verification) {
    static final TlsSettings SYSTEM = new TlsSettings(List.of(), List.of(), Verification.ON);

    TlsSettings {
        authorities = List.copyOf(authorities);
        clientKeys = List.copyOf(clientKeys);
    }

    /** The same trust, for a host that our certificates are not meant for. */
    TlsSettings withoutClientKeys() {
        return new TlsSettings(authorities, List.of(), verification);
    }

    /** A certificate and its key; both in one file if the paths are equal. */
    record ClientKey(Path certificate, Path key) {}

    /** {@code skip_verify} of {@code hosts.toml}. */
    enum Verification {
        ON,
        OFF
    }
}
