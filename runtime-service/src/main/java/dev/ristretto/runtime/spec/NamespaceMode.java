// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

/** {@code NamespaceMode}: whose namespace a container uses. */
public enum NamespaceMode {
    /** The pod's. */
    POD,
    /** Its own. */
    CONTAINER,
    /** The host's. */
    NODE,
    /** That of another container of the pod. */
    TARGET
}
