// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SecurityLabels;

import java.io.IOException;

/** What the security modules of this host's kernel make of containers. Safe from any thread. */
public record SecurityModules(AppArmorProfiles appArmor) {
    /** Looks at the host, and loads what containers of it get by default. */
    public static SecurityModules detect() throws IOException {
        return new SecurityModules(AppArmorProfiles.detect());
    }

    /** A host that has none. */
    public static SecurityModules absent() {
        return new SecurityModules(AppArmorProfiles.absent());
    }

    /**
     * Decides for a container that is created.
     *
     * @throws RuntimeFault {@code UNSUPPORTED} or {@code INVALID_ARGUMENT} if it asks for what is
     *     not here
     */
    public SecurityLabels labels(SecurityContext security) throws IOException {
        var asked = security.mandatory().selinux();
        if (!asked.isEmpty()) {
            throw RuntimeFault.unsupported(
                    "security_context.selinux_options %s: this runtime gives containers no SELinux"
                            + " contexts, whether the host has SELinux or not; leave out"
                            + " seLinuxOptions",
                    asked.words());
        }
        return new SecurityLabels(appArmor.profileOf(security), "", "");
    }
}
