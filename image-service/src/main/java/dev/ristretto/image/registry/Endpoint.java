// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One server that may be asked for an image: the registry itself or a mirror of it.
 *
 * @param base scheme, host and path up to and with {@code /v2}, without slash at the end
 * @param namespace the registry this stands for, sent as {@code ?ns=}; empty for the registry
 *     itself
 * @param capabilities what it may be asked
 * @param headers sent with every request to this host
 */
record Endpoint(
        URI base,
        String namespace,
        Set<Capability> capabilities,
        Map<String, List<String>> headers,
        TlsSettings tls) {
    Endpoint {
        capabilities = Set.copyOf(capabilities);
        headers = Map.copyOf(headers);
    }

    /** The address below {@code /v2}, for example {@code library/busybox/manifests/latest}. */
    URI uri(String path) {
        var query =
                namespace.isEmpty()
                        ? ""
                        : "?ns=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8);
        return URI.create(base + "/" + path + query);
    }

    /** Host and port, as the authority of the address has it. */
    String host() {
        return base.getAuthority();
    }

    /** Scheme and host: what messages show. */
    String name() {
        return base.getScheme() + "://" + host();
    }

    /** What {@code hosts.toml} lets a host be used for. */
    enum Capability {
        /** Content by digest. */
        PULL,
        /** Which digest a tag has: a host that lies here decides what runs. */
        RESOLVE,
        /** Uploads; read because the files have it, never used. */
        PUSH
    }
}
