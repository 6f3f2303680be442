// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A program of a CDI specification that has a hand in a container's life, as the OCI runtime
 * specification has them.
 *
 * @param path of the program, absolute
 * @param args its arguments, the first of which is its name
 * @param env its whole environment, {@code NAME=value}
 * @param timeoutSeconds it may take
 */
public record CdiHook(
        Kind kind, String path, List<String> args, List<String> env, long timeoutSeconds) {

    /** When and where a hook is run. */
    public enum Kind {
        /** In the container's namespaces, before its root is the only one. */
        CREATE_CONTAINER("createContainer"),
        /** In the container, as its user, before its command. */
        START_CONTAINER("startContainer"),
        /** On the host, after its command has begun. */
        POSTSTART("poststart"),
        /** On the host, when it is removed. */
        POSTSTOP("poststop");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** As specifications write it. */
        public String label() {
            return label;
        }

        /** The kind of this label. */
        public static Optional<Kind> find(String label) {
            return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
        }
    }

    public CdiHook {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }
}
