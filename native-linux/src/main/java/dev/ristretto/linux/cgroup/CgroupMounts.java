// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the cgroup hierarchies in {@code /proc/self/mountinfo}, see proc_pid_mountinfo(5). */
final class CgroupMounts {
    /** Options of a v1 mount that are not the name of a controller, see cgroups(7). */
    private static final Set<String> OPTIONS =
            Set.of(
                    "rw",
                    "ro",
                    "all",
                    "none",
                    "noprefix",
                    "clone_children",
                    "xattr",
                    "cpuset_v2_mode");

    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
    private static final int MOUNT_POINT = 4;

    private CgroupMounts() {}

    /**
     * The hierarchies, each once however often it is mounted: the mount point with the shortest
     * path, since copies of it lie deeper (in chroots, in containers).
     */
    static List<Hierarchy> parse(List<String> mountinfo) {
        Map<Set<String>, Hierarchy> found = new LinkedHashMap<>();
        for (var line : mountinfo) {
            int separator = line.indexOf(" - ");
            if (separator < 0) {
                continue;
            }
            var tail = line.substring(separator + 3).split(" ", 3);
            var mountPoint = Path.of(unescape(line.split(" ", MOUNT_POINT + 2)[MOUNT_POINT]));
            switch (tail[0]) {
                case "cgroup2" -> keep(found, new Hierarchy(mountPoint, true, Set.of()));
                case "cgroup" ->
                        keep(found, new Hierarchy(mountPoint, false, controllers(tail[2])));
                default -> {}
            }
        }
        return new ArrayList<>(found.values());
    }

    private static void keep(Map<Set<String>, Hierarchy> found, Hierarchy hierarchy) {
        found.merge(
                hierarchy.controllers(),
                hierarchy,
                (known, other) ->
                        other.root().getNameCount() < known.root().getNameCount() ? other : known);
    }

    private static Set<String> controllers(String superOptions) {
        var controllers = new LinkedHashSet<String>();
        for (var option : superOptions.split(",")) {
            if (!OPTIONS.contains(option) && !option.startsWith("release_agent=")) {
                controllers.add(option);
            }
        }
        return controllers;
    }

    private static String unescape(String field) {
        return OCTAL.matcher(field)
                .replaceAll(
                        match ->
                                Matcher.quoteReplacement(
                                        Character.toString(Integer.parseInt(match.group(1), 8))));
    }
}
