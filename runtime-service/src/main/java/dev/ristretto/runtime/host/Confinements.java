// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.capability.CapabilitySets;
import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.seccomp.SeccompFilter;
import dev.ristretto.linux.seccomp.SeccompProfiles;
import dev.ristretto.runtime.plan.Confinement;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SecurityLabels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Makes of a security context what the processes of a container may do on this host. */
public final class Confinements {
    private final HostCapabilities host;
    private final SeccompProfiles profiles;

    public Confinements(HostCapabilities host, SeccompProfiles profiles) {
        this.host = host;
        this.profiles = profiles;
    }

    /**
     * Decides capabilities and filter. A filter is compiled once and then found again, so that
     * asking at creation, when errors are wanted, makes asking at the start cheap.
     *
     * @param labels as {@link SecurityModules} decided them
     * @throws RuntimeFault {@code INVALID_ARGUMENT} for a capability or a profile that is none,
     *     {@code UNSUPPORTED} for what this host has not
     */
    public Confinement of(SecurityContext security, SecurityLabels labels) throws IOException {
        if (security.privileged()) {
            return new Confinement(host.all(), Optional.empty(), security.noNewPrivs(), labels);
        }
        var asked = security.capabilities();
        var capabilities = host.sets(asked.add(), asked.drop(), asked.addAmbient());
        return new Confinement(
                capabilities, filter(security, capabilities), security.noNewPrivs(), labels);
    }

    private Optional<SeccompFilter> filter(SecurityContext security, CapabilitySets capabilities)
            throws IOException {
        var profile = security.seccomp();
        long bounding = capabilities.bounding();
        return switch (profile.type()) {
            case UNCONFINED -> Optional.empty();
            case RUNTIME_DEFAULT -> Optional.of(profiles.runtimeDefault(bounding));
            case LOCALHOST ->
                    Optional.of(profiles.localhost(Path.of(profile.localhostRef()), bounding));
        };
    }
}
