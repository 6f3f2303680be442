// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.spec.AppArmorProfile;
import dev.ristretto.runtime.spec.MandatoryAccess;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SelinuxOptions;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;

class AppArmorProfilesTest {
    private static final String DEFAULT = "ristretto-default";
    private static final AppArmorProfile WEB = AppArmorProfile.localhost("web");

    private final Set<String> loaded = new HashSet<>(Set.of("web"));
    private final AppArmorProfiles absent = AppArmorProfiles.absent();
    private final AppArmorProfiles here =
            new AppArmorProfiles(true, loaded::contains, () -> loaded.add(DEFAULT));
    private final AppArmorProfiles withoutParser =
            new AppArmorProfiles(
                    true,
                    loaded::contains,
                    () -> {
                        throw new IOException("apparmor_parser is not installed");
                    });
    private final AppArmorProfiles withoutSecurityfs =
            new AppArmorProfiles(
                    true,
                    _ -> {
                        throw new NoSuchFileException("profiles");
                    },
                    () -> {});

    @Test
    void whoSaysNothing_getsTheDefaultProfile() throws IOException {
        assertThat(here.profileOf(unprivileged(AppArmorProfile.unset()))).isEqualTo(DEFAULT);
        assertThat(here.profileOf(unprivileged(AppArmorProfile.runtimeDefault())))
                .isEqualTo(DEFAULT);
    }

    @Test
    void whoAsksForNone_getsNone() throws IOException {
        assertThat(here.profileOf(unprivileged(AppArmorProfile.unconfined()))).isEmpty();
    }

    @Test
    void defaultProfileThatSomebodyRemoved_isLoadedAgain() throws IOException {
        assertThat(here.profileOf(unprivileged(AppArmorProfile.unset()))).isEqualTo(DEFAULT);
        loaded.remove(DEFAULT);

        assertThat(here.profileOf(unprivileged(AppArmorProfile.unset()))).isEqualTo(DEFAULT);
        assertThat(loaded).contains(DEFAULT);
    }

    @Test
    void privileged_isConfinedOnlyByAProfileThatItNames() throws IOException {
        assertThat(here.profileOf(privileged(AppArmorProfile.unset()))).isEmpty();
        assertThat(here.profileOf(privileged(AppArmorProfile.runtimeDefault()))).isEmpty();
        assertThat(here.profileOf(privileged(WEB))).isEqualTo("web");
    }

    @Test
    void profileOfTheNode_mustBeLoaded() throws IOException {
        assertThat(here.profileOf(unprivileged(WEB))).isEqualTo("web");
        assertThat(refusal(here, AppArmorProfile.localhost("we")))
                .isEqualTo(
                        new Refusal(
                                FaultKind.INVALID_ARGUMENT,
                                "security_context.apparmor localhost/we: no such profile is loaded"
                                        + " on this node; load it with: apparmor_parser --replace"
                                        + " FILE"));
    }

    @Test
    void hostWithoutAppArmor_refusesOnlyItsProfiles() throws IOException {
        assertThat(absent.profileOf(unprivileged(AppArmorProfile.unset()))).isEmpty();
        assertThat(absent.profileOf(unprivileged(AppArmorProfile.runtimeDefault()))).isEmpty();
        assertThat(refusal(absent, WEB))
                .isEqualTo(
                        new Refusal(
                                FaultKind.UNSUPPORTED,
                                "security_context.apparmor localhost/web: this host has no"
                                        + " AppArmor; boot a kernel that has it with apparmor in"
                                        + " lsm=, or ask for RuntimeDefault or Unconfined"));
        assertThat(absent.state()).isEqualTo(new AppArmorProfiles.State(false, ""));
    }

    @Test
    void hostWithoutParser_refusesTheDefaultProfileToWhoAsksForIt() throws IOException {
        assertThat(withoutParser.profileOf(unprivileged(AppArmorProfile.unset()))).isEmpty();
        assertThat(withoutParser.profileOf(unprivileged(WEB))).isEqualTo("web");
        assertThat(refusal(withoutParser, AppArmorProfile.runtimeDefault()))
                .isEqualTo(
                        new Refusal(
                                FaultKind.UNSUPPORTED,
                                "security_context.apparmor RuntimeDefault: profile"
                                        + " ristretto-default cannot be loaded: apparmor_parser is"
                                        + " not installed; or ask for Unconfined"));
        assertThat(withoutParser.state().missing()).isEqualTo("apparmor_parser is not installed");
    }

    @Test
    void hostWithoutSecurityfs_saysWhatToMount() throws IOException {
        assertThat(withoutSecurityfs.profileOf(unprivileged(AppArmorProfile.unset()))).isEmpty();
        assertThat(refusal(withoutSecurityfs, WEB).message())
                .contains("mount -t securityfs securityfs /sys/kernel/security");
        assertThat(withoutSecurityfs.state().missing()).contains("mount -t securityfs");
    }

    private static Refusal refusal(AppArmorProfiles profiles, AppArmorProfile asked) {
        return Refusal.of(() -> profiles.profileOf(unprivileged(asked)));
    }

    private static SecurityContext unprivileged(AppArmorProfile asked) {
        return context(false, asked);
    }

    private static SecurityContext privileged(AppArmorProfile asked) {
        return context(true, asked);
    }

    private static SecurityContext context(boolean privileged, AppArmorProfile asked) {
        return asking(privileged, new MandatoryAccess(asked, SelinuxOptions.none()));
    }

    static SecurityContext asking(boolean privileged, MandatoryAccess mandatory) {
        var plain = Samples.container("web").security();
        return new SecurityContext(
                plain.capabilities(),
                privileged,
                plain.namespaces(),
                plain.user(),
                plain.readonlyRootfs(),
                plain.noNewPrivs(),
                plain.maskedPaths(),
                plain.readonlyPaths(),
                plain.seccomp(),
                mandatory);
    }
}
