// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import java.util.Arrays;
import java.util.List;

/** Where a program may lie, as execvp(3) looks for it. */
final class ExecutablePaths {
    static final String DEFAULT_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String PATH = "PATH=";

    private ExecutablePaths() {}

    /**
     * The paths to try in order: the name itself if it has a slash, else in the absolute
     * directories of the process's own {@code PATH}. Relative ones are passed over: what lies in a
     * working directory is not what the name means.
     */
    static List<String> candidates(String program, List<String> environment) {
        if (program.indexOf('/') >= 0) {
            return List.of(program);
        }
        var path =
                environment.stream()
                        .filter(variable -> variable.startsWith(PATH))
                        .map(variable -> variable.substring(PATH.length()))
                        .findFirst()
                        .orElse(DEFAULT_PATH);
        return Arrays.stream(path.split(":", -1))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> directory.endsWith("/") ? directory : directory + "/")
                .map(directory -> directory + program)
                .distinct()
                .toList();
    }
}
