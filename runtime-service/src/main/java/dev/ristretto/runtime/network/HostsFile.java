// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.net.InetAddress;
import java.util.List;

/**
 * The content of a pod's {@code /etc/hosts}, see hosts(5), for clients that mount none. The kubelet
 * mounts its own over it.
 */
public final class HostsFile {
    private static final String LOCAL =
            """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::\tip6-localnet
            ff00::\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    private HostsFile() {}

    /** The file of a pod with its own network: its addresses lead to its host name. */
    public static String contentFor(String hostname, List<InetAddress> ips) {
        var content = new StringBuilder(LOCAL);
        if (!hostname.isEmpty()) {
            for (var ip : ips) {
                content.append(IpText.of(ip)).append('\t').append(hostname).append('\n');
            }
        }
        return content.toString();
    }
}
