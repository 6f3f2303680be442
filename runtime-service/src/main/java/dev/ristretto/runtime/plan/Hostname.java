// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;

import java.nio.charset.StandardCharsets;

/** A pod's host name, as sethostname(2) takes it. */
final class Hostname {
    private static final int LONGEST = 64;

    private Hostname() {}

    static String checked(String hostname) {
        boolean printable = hostname.chars().allMatch(c -> c > ' ' && c != 0x7f);
        if (!printable || hostname.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw RuntimeFault.invalidArgument(
                    "config.hostname '%s' is longer than %d bytes or has white space",
                    hostname.replace("\0", "\\0"), LONGEST);
        }
        return hostname;
    }
}
