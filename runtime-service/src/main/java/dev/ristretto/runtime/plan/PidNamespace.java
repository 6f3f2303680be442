// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.NamespaceMode;

/** Whose pid namespace a container is in. */
final class PidNamespace {
    private PidNamespace() {}

    /**
     * What a container's mode means in its pod. {@code POD} is what the pod sandbox has: a shared
     * namespace, the host's, or, if each container of it has its own, the container's own; clients
     * that leave the field out of a container's config say {@code POD} too.
     */
    static NamespaceMode of(NamespaceMode sandbox, NamespaceMode container) {
        return switch (container) {
            case CONTAINER, TARGET -> container;
            case POD -> sandbox == NamespaceMode.TARGET ? NamespaceMode.CONTAINER : sandbox;
            case NODE -> {
                if (sandbox != NamespaceMode.NODE) {
                    throw RuntimeFault.invalidArgument(
                            "security_context.namespace_options.pid is NODE, but that of the pod"
                                    + " sandbox is %s; make the pod sandbox with NODE",
                            sandbox);
                }
                yield NamespaceMode.NODE;
            }
        };
    }
}
