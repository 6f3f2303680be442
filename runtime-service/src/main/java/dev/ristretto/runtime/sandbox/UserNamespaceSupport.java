// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

/**
 * Whether pods can have user namespaces on this host.
 *
 * @param missing what is in the way, for people; empty if nothing is
 */
public record UserNamespaceSupport(String missing) {
    /** They work. */
    public static final UserNamespaceSupport WORKS = new UserNamespaceSupport("");

    public boolean works() {
        return missing.isEmpty();
    }
}
