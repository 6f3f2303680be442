// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;

/**
 * IP addresses in the one form that Kubernetes takes for canonical (RFC 5952): {@code fd00::2},
 * where the JDK writes {@code fd00:0:0:0:0:0:0:2}.
 */
public final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    /** The canonical text of an address, without a scope. */
    public static String of(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        var bytes = address.getAddress();
        var groups = new ArrayList<String>();
        for (int i = 0; i < GROUPS; i++) {
            groups.add(Integer.toHexString((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff)));
        }
        return shorten(groups);
    }

    /**
     * The longest run of zero groups, the first of equal ones, if longer than one, becomes "::".
     */
    private static String shorten(ArrayList<String> groups) {
        int start = 0;
        int length = 0;
        int run = 0;
        for (int i = 0; i < GROUPS; i++) {
            run = "0".equals(groups.get(i)) ? run + 1 : 0;
            if (run > length) {
                length = run;
                start = i - run + 1;
            }
        }
        if (length < 2) {
            return String.join(":", groups);
        }
        return String.join(":", groups.subList(0, start))
                + "::"
                + String.join(":", groups.subList(start + length, GROUPS));
    }
}
