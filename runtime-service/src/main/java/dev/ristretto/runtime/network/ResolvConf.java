// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.util.List;

/** The content of a pod's {@code /etc/resolv.conf}, see resolv.conf(5). */
public final class ResolvConf {
    private ResolvConf() {}

    /**
     * The pod's file: from its DNS config, or the host's file as it is if the config is absent or
     * empty, which is what the kubelet means by it.
     *
     * @param hostResolvConf the content of the host's file
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if a value would break out of its line
     */
    public static String contentFor(DnsConfig dnsConfig, String hostResolvConf) {
        if (dnsConfig.isEmpty()) {
            return hostResolvConf;
        }
        var content = new StringBuilder();
        if (!dnsConfig.searches().isEmpty()) {
            content.append("search ").append(words("searches", dnsConfig.searches())).append('\n');
        }
        for (var server : dnsConfig.servers()) {
            content.append("nameserver ").append(word("servers", server)).append('\n');
        }
        if (!dnsConfig.options().isEmpty()) {
            content.append("options ").append(words("options", dnsConfig.options())).append('\n');
        }
        return content.toString();
    }

    private static String words(String field, List<String> values) {
        return String.join(" ", values.stream().map(value -> word(field, value)).toList());
    }

    private static String word(String field, String value) {
        if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw RuntimeFault.invalidArgument(
                    "dns_config.%s: '%s' is empty or has white space", field, value.strip());
        }
        return value;
    }
}
