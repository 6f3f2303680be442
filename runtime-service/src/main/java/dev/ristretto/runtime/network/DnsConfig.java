// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.util.List;

/**
 * The CRI's {@code DNSConfig}, in its words.
 *
 * @param servers addresses of name servers
 * @param searches domains to search
 * @param options resolver options, for example {@code ndots:5}
 */
public record DnsConfig(List<String> servers, List<String> searches, List<String> options) {
    public DnsConfig {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }

    /** What an absent {@code dns_config} means. */
    public static DnsConfig none() {
        return new DnsConfig(List.of(), List.of(), List.of());
    }

    boolean isEmpty() {
        return servers.isEmpty() && searches.isEmpty() && options.isEmpty();
    }
}
