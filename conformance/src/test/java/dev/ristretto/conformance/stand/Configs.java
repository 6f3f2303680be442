// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.nio.file.Path;

/** Configurations of pods and containers in the JSON that crictl reads. */
public final class Configs {
    private Configs() {}

    /**
     * A pod on the built-in network.
     *
     * @param extra further members, each with a comma before it, such as {@code , "hostname": "x"}
     */
    public static String pod(String name, Path logs, String extra) {
        return """
        {
          "metadata": {"name": "%1$s", "namespace": "e2e", "uid": "uid-%1$s", "attempt": 1},
          "log_directory": "%2$s/%1$s",
          "labels": {"app": "%1$s"}
          %3$s
        }
        """
                .formatted(name, logs, extra);
    }

    /**
     * A container that logs to {@code <name>.log}.
     *
     * @param command words without quotes in them; none leaves it to the image
     */
    public static String container(String name, String image, String... command) {
        return json(name, image, "", command);
    }

    /** The same with further members, each with a comma before it. */
    public static String containerWith(String extra, String name, String image, String... command) {
        return json(name, image, extra, command);
    }

    private static String json(String name, String image, String extra, String[] command) {
        var words = new StringBuilder();
        for (var word : command) {
            words.append(words.isEmpty() ? "" : ", ")
                    .append('"')
                    .append(word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                    .append('"');
        }
        return """
        {
          "metadata": {"name": "%1$s", "attempt": 1},
          "image": {"image": "%2$s"},
          "command": [%3$s],
          "log_path": "%1$s.log"
          %4$s
        }
        """
                .formatted(name, image, words, extra);
    }
}
