// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import java.util.ArrayDeque;

/** Paths inside a container: strings, since names of an image need not be ones Java can spell. */
final class ContainerPath {
    private ContainerPath() {}

    /**
     * The shortest absolute path that means the same if nothing is a link; never above the root.
     */
    static String clean(String path) {
        var names = new ArrayDeque<String>();
        for (var name : path.split("/", -1)) {
            switch (name) {
                case "", "." -> {}
                case ".." -> names.pollLast();
                default -> names.addLast(name);
            }
        }
        return "/" + String.join("/", names);
    }

    /** How many names a clean path has. */
    static int depth(String path) {
        return path.length() == 1 ? 0 : (int) path.chars().filter(c -> c == '/').count();
    }

    /** The directory of a clean path. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    /** Whether a clean path is another one or below it. */
    static boolean within(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory + "/") || directory.equals("/");
    }
}
