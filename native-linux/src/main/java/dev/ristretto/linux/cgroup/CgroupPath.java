// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.fault.RuntimeFault;

import java.util.List;

/**
 * A path below the root of every hierarchy: absolute, without a way up, never the root itself.
 * Checked once, so that nothing below can be led out of the hierarchy or remove what is not ours.
 */
record CgroupPath(String value) {
    private static final int NAME_MAX = 255;

    CgroupPath {
        requireSafe(value);
    }

    /** The names on the way down. */
    List<String> segments() {
        return List.of(value.substring(1).split("/"));
    }

    private static void requireSafe(String path) {
        if (!path.startsWith("/")) {
            throw refused(path, "it is not absolute");
        }
        if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw refused(path, "it has control characters");
        }
        for (var segment : path.substring(1).split("/", -1)) {
            if (segment.isEmpty() || ".".equals(segment) || "..".equals(segment)) {
                throw refused(path, "'%s' is not a name in it".formatted(segment));
            }
            if (segment.length() > NAME_MAX) {
                throw refused(path, "a name in it is longer than " + NAME_MAX);
            }
        }
    }

    private static RuntimeFault refused(String path, String why) {
        return RuntimeFault.invalidArgument("cgroup path '%s' is refused: %s", path.strip(), why);
    }
}
