// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import java.util.List;

/**
 * {@code LinuxContainerSecurityContext}.
 *
 * @param maskedPaths what the container must not see, exactly; an empty list masks nothing
 * @param readonlyPaths what it must not write, exactly
 */
public record SecurityContext(
        CapabilityRequest capabilities,
        boolean privileged,
        NamespaceOptions namespaces,
        UserRequest user,
        boolean readonlyRootfs,
        boolean noNewPrivs,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        SeccompProfile seccomp,
        MandatoryAccess mandatory) {

    public SecurityContext {
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }
}
