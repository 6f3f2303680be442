// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a hook reads from its standard input, as the OCI runtime specification has it: {@code
 * {"ociVersion":"1.2.0","id":"…","status":"creating","pid":1,"bundle":"…","annotations":{}}}.
 */
public record HookState(String id, Map<String, String> annotations) {
    /** Of the OCI runtime specification. */
    public static final String OCI_VERSION = "1.2.0";

    public HookState {
        annotations = Map.copyOf(annotations);
    }

    /** All of it. */
    public String text(String status, int pid, Path bundle) {
        return beforePid(status) + pid + afterPid(bundle);
    }

    String beforePid(String status) {
        return "{\"ociVersion\":\"%s\",\"id\":%s,\"status\":\"%s\",\"pid\":"
                .formatted(OCI_VERSION, json(id), status);
    }

    String afterPid(Path bundle) {
        return ",\"bundle\":%s,\"annotations\":{%s}}"
                .formatted(
                        json(bundle.toString()),
                        new TreeMap<>(annotations)
                                .entrySet().stream()
                                        .map(e -> json(e.getKey()) + ":" + json(e.getValue()))
                                        .collect(Collectors.joining(",")));
    }

    /** A string of JSON; plans know no library for more. */
    private static String json(String text) {
        var quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c < ' ') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
