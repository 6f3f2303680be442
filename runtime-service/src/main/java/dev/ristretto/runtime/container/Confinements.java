// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.capability.CapabilitySets;
import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.seccomp.SeccompFilter;
import dev.ristretto.linux.seccomp.SeccompProfiles;
import dev.ristretto.runtime.plan.Confinement;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.SecurityContext;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the processes of each container may do. Decided once, so that an exec is confined as the
 * container is, even if its profile's file has changed since.
 */
final class Confinements {
    private final Map<ContainerId, Confinement> known = new ConcurrentHashMap<>();
    private final HostCapabilities capabilities;
    private final SeccompProfiles profiles;

    Confinements(HostCapabilities capabilities, SeccompProfiles profiles) {
        this.capabilities = capabilities;
        this.profiles = profiles;
    }

    /** Of this container. */
    Confinement of(Container container) {
        var decided = known.get(container.id());
        if (decided == null) {
            decided = decide(container.config().security());
            known.put(container.id(), decided);
        }
        return decided;
    }

    /** The container is gone. */
    void forget(ContainerId id) {
        known.remove(id);
    }

    private Confinement decide(SecurityContext security) {
        var wanted = security.capabilities();
        var sets =
                security.privileged()
                        ? capabilities.all()
                        : capabilities.sets(wanted.add(), wanted.drop(), wanted.addAmbient());
        return new Confinement(sets, filter(security, sets), security.noNewPrivs());
    }

    private Optional<SeccompFilter> filter(SecurityContext security, CapabilitySets sets) {
        if (security.privileged()) {
            return Optional.empty();
        }
        var profile = security.seccomp();
        try {
            return switch (profile.type()) {
                case UNCONFINED -> Optional.empty();
                case RUNTIME_DEFAULT -> Optional.of(profiles.runtimeDefault(sets.bounding()));
                case LOCALHOST ->
                        Optional.of(
                                profiles.localhost(
                                        Path.of(profile.localhostRef()), sets.bounding()));
            };
        } catch (IOException e) {
            throw RuntimeFault.invalidArgument(
                    "read seccomp profile %s: %s", profile.localhostRef(), e.getMessage());
        }
    }
}
