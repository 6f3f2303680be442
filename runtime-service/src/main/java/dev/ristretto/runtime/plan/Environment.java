// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment of a process in the making: each name once, a later value replaces. */
final class Environment {
    static final String TERM = "TERM";

    /** What every terminal of today understands. */
    static final String XTERM = "xterm";

    private final Map<String, String> values = new LinkedHashMap<>();

    void put(String name, String value) {
        values.put(name, value);
    }

    /** Adds {@code NAME=value} entries; without {@code =} the value is empty. */
    void putAll(List<String> entries) {
        for (var entry : entries) {
            int equals = entry.indexOf('=');
            if (equals < 0) {
                values.put(entry, "");
            } else if (equals > 0) {
                values.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
    }

    void putIfAbsent(String name, String value) {
        values.putIfAbsent(name, value);
    }

    /** Each {@code NAME=value}, in the order in which the names came. */
    List<String> entries() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}
