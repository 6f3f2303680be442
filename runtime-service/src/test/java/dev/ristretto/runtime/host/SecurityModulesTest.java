// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.spec.AppArmorProfile;
import dev.ristretto.runtime.spec.MandatoryAccess;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SecurityLabels;
import dev.ristretto.runtime.spec.SelinuxOptions;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class SecurityModulesTest {
    private final SecurityModules modules = SecurityModules.absent();

    @Test
    void whoAsksForNothing_getsNoLabels() throws IOException {
        assertThat(modules.labels(asking(SelinuxOptions.none()))).isEqualTo(SecurityLabels.none());
    }

    @Test
    void selinuxOptions_areRefusedByName() {
        assertThat(Refusal.of(() -> modules.labels(asking(level("s0:c1,c2")))))
                .isEqualTo(
                        new Refusal(
                                FaultKind.UNSUPPORTED,
                                "security_context.selinux_options ':::s0:c1,c2': this runtime gives"
                                        + " containers no SELinux contexts, whether the host has"
                                        + " SELinux or not; leave out seLinuxOptions"));
    }

    private static SelinuxOptions level(String level) {
        return new SelinuxOptions("", "", "", level);
    }

    private static SecurityContext asking(SelinuxOptions selinux) {
        return AppArmorProfilesTest.asking(
                false, new MandatoryAccess(AppArmorProfile.unset(), selinux));
    }
}
