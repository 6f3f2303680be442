// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Firewalls of others that keep pods apart. In nftables a packet passes only if every table lets
 * it, so no rule of ours can overrule a {@code DROP} of theirs: people have to know. Pure.
 */
final class Firewalls {
    private static final Pattern TABLE = Pattern.compile("table (\\S+ \\S+) \\{");
    private static final Pattern CHAIN = Pattern.compile("chain (\\S+) \\{");
    private static final String HELP =
            "pods reach only what it accepts; see \"Firewalls\" in docs/network.md";

    private Firewalls() {}

    /**
     * What is in the way.
     *
     * @param chains the output of {@code nft list chains}
     * @param ours the table that is ours
     */
    static List<String> facts(String chains, String ours) {
        var facts = new ArrayList<String>();
        var table = "";
        var chain = "";
        for (var line : chains.lines().map(String::strip).toList()) {
            var tableStart = TABLE.matcher(line);
            var chainStart = CHAIN.matcher(line);
            if (tableStart.matches()) {
                table = tableStart.group(1);
            } else if (chainStart.matches()) {
                chain = chainStart.group(1);
                if (table.endsWith(" firewalld") && chain.equals("filter_FORWARD")) {
                    facts.add("firewalld is on: " + HELP);
                }
            } else if (line.contains("hook forward")
                    && line.contains("policy drop")
                    && !table.equals(ours)) {
                facts.add(
                        "table %s, chain %s drops forwarded packets by default: %s"
                                .formatted(table, chain, HELP));
            }
        }
        return List.copyOf(facts);
    }
}
