// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

/** {@code SELinuxOption}: parts of a context; empty ones are the runtime's to choose. */
public record SelinuxOptions(String user, String role, String type, String level) {
    /** Nothing was said. */
    public static SelinuxOptions none() {
        return new SelinuxOptions("", "", "", "");
    }

    /** {@code user:role:type:level}, as a context is written; what was not said is empty. */
    public String words() {
        return "'%s:%s:%s:%s'".formatted(user, role, type, level);
    }

    /** Whether nothing was said. */
    public boolean isEmpty() {
        return equals(none());
    }
}
