// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.capability.CapabilitySets;
import dev.ristretto.linux.seccomp.SeccompFilter;
import dev.ristretto.runtime.spec.SecurityLabels;

import java.util.Optional;

/**
 * What the processes of a container may do.
 *
 * @param seccomp empty for unconfined
 * @param noNewPrivs whether execve(2) can give no privileges, see prctl(2)
 * @param labels what the kernel's security modules are told
 */
public record Confinement(
        CapabilitySets capabilities,
        Optional<SeccompFilter> seccomp,
        boolean noNewPrivs,
        SecurityLabels labels) {}
