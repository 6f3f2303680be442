// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.plan.HiddenPaths;
import dev.ristretto.runtime.spec.AppArmorProfile;
import dev.ristretto.runtime.spec.CapabilityRequest;
import dev.ristretto.runtime.spec.MandatoryAccess;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SelinuxOptions;
import dev.ristretto.runtime.spec.UserRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import runtime.v1.Capability;
import runtime.v1.IDMapping;
import runtime.v1.Int64Value;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.NamespaceOption;
import runtime.v1.SELinuxOption;
import runtime.v1.SecurityProfile;
import runtime.v1.SecurityProfile.ProfileType;
import runtime.v1.SupplementalGroupsPolicy;
import runtime.v1.UserNamespace;

import java.util.List;
import java.util.OptionalLong;

class SecurityMapperTest {
    private static LinuxContainerSecurityContext.Builder full() {
        return LinuxContainerSecurityContext.newBuilder()
                .setCapabilities(
                        Capability.newBuilder()
                                .addAddCapabilities("NET_ADMIN")
                                .addDropCapabilities("CHOWN")
                                .addAddAmbientCapabilities("NET_BIND_SERVICE"))
                .setNamespaceOptions(
                        NamespaceOption.newBuilder().setPidValue(3).setTargetId("target"))
                .setRunAsUser(id(1000))
                .setRunAsGroup(id(1001))
                .setReadonlyRootfs(true)
                .addSupplementalGroups(1002)
                .setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict)
                .setNoNewPrivs(true)
                .addMaskedPaths("/proc/kcore")
                .addReadonlyPaths("/proc/sys")
                .setSeccomp(
                        SecurityProfile.newBuilder()
                                .setProfileType(ProfileType.Localhost)
                                .setLocalhostRef("/etc/p.json"))
                .setApparmor(
                        SecurityProfile.newBuilder()
                                .setProfileType(ProfileType.Localhost)
                                .setLocalhostRef("web profile"))
                .setSelinuxOptions(
                        SELinuxOption.newBuilder()
                                .setUser("u")
                                .setRole("r")
                                .setType("t")
                                .setLevel("s0:c1"));
    }

    @Test
    void everyField_isTaken() {
        assertThat(map(full()))
                .isEqualTo(
                        new SecurityContext(
                                new CapabilityRequest(
                                        List.of("NET_ADMIN"),
                                        List.of("CHOWN"),
                                        List.of("NET_BIND_SERVICE")),
                                false,
                                new NamespaceOptions(
                                        NamespaceMode.POD,
                                        NamespaceMode.TARGET,
                                        NamespaceMode.POD,
                                        "target"),
                                new UserRequest(
                                        OptionalLong.of(1000),
                                        "",
                                        OptionalLong.of(1001),
                                        List.of(1002L),
                                        UserRequest.SupplementalGroupsPolicy.STRICT),
                                true,
                                true,
                                List.of("/proc/kcore"),
                                List.of("/proc/sys"),
                                new SeccompProfile(SeccompProfile.Type.LOCALHOST, "/etc/p.json"),
                                new MandatoryAccess(
                                        AppArmorProfile.localhost("web profile"),
                                        new SelinuxOptions("u", "r", "t", "s0:c1"))));
    }

    @Test
    void noField_isOverlooked() {
        Fields.of(LinuxContainerSecurityContext.getDescriptor())
                .tried("capabilities", "privileged", "namespace_options", "run_as_user")
                .tried("run_as_group", "run_as_username", "readonly_rootfs")
                .tried("supplemental_groups", "supplemental_groups_policy", "no_new_privs")
                .tried("masked_paths", "readonly_paths", "seccomp", "seccomp_profile_path")
                .tried("apparmor", "apparmor_profile", "selinux_options")
                .areAll();
    }

    @Test
    void nothing_meansWhatIsSafe() {
        assertThat(map(LinuxContainerSecurityContext.newBuilder()))
                .isEqualTo(
                        new SecurityContext(
                                CapabilityRequest.none(),
                                false,
                                NamespaceOptions.pod(),
                                UserRequest.ofImage(),
                                false,
                                false,
                                HiddenPaths.DEFAULT_MASKED,
                                HiddenPaths.DEFAULT_READONLY,
                                SeccompProfile.runtimeDefault(),
                                MandatoryAccess.unset()));
    }

    @Test
    void emptyLists_inAUserNamespace_areWhatTheySay() {
        var mapping = IDMapping.newBuilder().setHostId(100_000).setLength(65_536);
        var users = UserNamespace.newBuilder().addUids(mapping).addGids(mapping);
        var security =
                LinuxContainerSecurityContext.newBuilder()
                        .setNamespaceOptions(NamespaceOption.newBuilder().setUsernsOptions(users));

        assertThat(map(security).maskedPaths()).isEmpty();
        assertThat(map(security).readonlyPaths()).isEmpty();
        assertThat(map(security.addMaskedPaths("/proc/keys")).maskedPaths())
                .containsExactly("/proc/keys");
    }

    @Test
    void oneEmptyList_besideAnotherThatIsNot_isWhatItSays() {
        var security = map(LinuxContainerSecurityContext.newBuilder().addMaskedPaths("/proc/keys"));

        assertThat(security.maskedPaths()).containsExactly("/proc/keys");
        assertThat(security.readonlyPaths()).isEmpty();
    }

    @Test
    void privileged_hidesNothing() {
        var security = map(full().setPrivileged(true));

        assertThat(security.privileged()).isTrue();
        assertThat(security.maskedPaths()).isEmpty();
        assertThat(security.readonlyPaths()).isEmpty();
    }

    @Test
    void userName_isTakenInsteadOfANumber() {
        var security = map(LinuxContainerSecurityContext.newBuilder().setRunAsUsername("web"));

        assertThat(security.user().username()).isEqualTo("web");
        assertThat(security.user().uid()).isEmpty();
    }

    @Test
    void userZero_isAUser() {
        assertThat(map(LinuxContainerSecurityContext.newBuilder().setRunAsUser(id(0))).user().uid())
                .hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "runtime/default, RUNTIME_DEFAULT, ''",
        "docker/default, RUNTIME_DEFAULT, ''",
        "'', RUNTIME_DEFAULT, ''",
        "unconfined, UNCONFINED, ''",
        "localhost//etc/p.json, LOCALHOST, /etc/p.json",
        "/etc/p.json, LOCALHOST, /etc/p.json",
    })
    @SuppressWarnings("deprecation")
    void oldSeccompPath_isUnderstood(String path, SeccompProfile.Type type, String file) {
        assertThat(
                        map(LinuxContainerSecurityContext.newBuilder().setSeccompProfilePath(path))
                                .seccomp())
                .isEqualTo(new SeccompProfile(type, file));
    }

    @ParameterizedTest
    @CsvSource({
        "RuntimeDefault, RUNTIME_DEFAULT, ''",
        "Unconfined, UNCONFINED, ''",
        "/etc/p.json, LOCALHOST, /etc/p.json",
    })
    void noSeccompProfile_isTheOneOfTheConfiguration(
            String configured, SeccompProfile.Type type, String file) {
        var unset = SeccompProfile.named(configured);

        assertThat(
                        SecurityMapper.fromProto(
                                        LinuxContainerSecurityContext.getDefaultInstance(),
                                        unset,
                                        false)
                                .seccomp())
                .isEqualTo(new SeccompProfile(type, file));
    }

    @Test
    void emptySeccompProfile_isRuntimeDefaultWhateverIsConfigured() {
        var security =
                LinuxContainerSecurityContext.newBuilder()
                        .setSeccomp(SecurityProfile.getDefaultInstance())
                        .build();

        assertThat(SecurityMapper.fromProto(security, SeccompProfile.unconfined(), false).seccomp())
                .isEqualTo(SeccompProfile.runtimeDefault());
    }

    @Test
    @SuppressWarnings("deprecation")
    void seccompProfile_countsMoreThanTheOldPath() {
        var security =
                LinuxContainerSecurityContext.newBuilder()
                        .setSeccomp(
                                SecurityProfile.newBuilder().setProfileType(ProfileType.Unconfined))
                        .setSeccompProfilePath("/etc/p.json");

        assertThat(map(security).seccomp().type()).isEqualTo(SeccompProfile.Type.UNCONFINED);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    RuntimeDefault , ''            , RUNTIME_DEFAULT , ''
                    Unconfined     , ''            , UNCONFINED      , ''
                    Unconfined     , ignored       , UNCONFINED      , ''
                    Localhost      , mine          , LOCALHOST       , mine
                    Localhost      , localhost/a b , LOCALHOST       , a b
                    """)
    void appArmorProfile_isTaken(
            ProfileType asked, String reference, AppArmorProfile.Type type, String name) {
        var profile = SecurityProfile.newBuilder().setProfileType(asked).setLocalhostRef(reference);

        assertThat(map(full().setApparmor(profile)).mandatory().appArmor())
                .isEqualTo(new AppArmorProfile(type, name));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    ''              , UNSET           , ''
                    runtime/default , RUNTIME_DEFAULT , ''
                    docker/default  , RUNTIME_DEFAULT , ''
                    unconfined      , UNCONFINED      , ''
                    localhost/mine  , LOCALHOST       , mine
                    """)
    @SuppressWarnings("deprecation")
    void oldAppArmorProfile_isTaken(String old, AppArmorProfile.Type type, String name) {
        var security = LinuxContainerSecurityContext.newBuilder().setApparmorProfile(old);

        assertThat(map(security).mandatory().appArmor()).isEqualTo(new AppArmorProfile(type, name));
    }

    @Test
    @SuppressWarnings("deprecation")
    void appArmorProfile_countsMoreThanTheOldOne() {
        var security =
                LinuxContainerSecurityContext.newBuilder()
                        .setApparmorProfile("what is this")
                        .setApparmor(
                                SecurityProfile.newBuilder()
                                        .setProfileType(ProfileType.Unconfined));

        assertThat(map(security).mandatory().appArmor()).isEqualTo(AppArmorProfile.unconfined());
    }

    @Test
    @SuppressWarnings("deprecation")
    void appArmorProfilesThatAreNone_areRefused() {
        var none = LinuxContainerSecurityContext.newBuilder();
        refused(
                none.clone().setApparmorProfile("mine"),
                "security_context.apparmor_profile 'mine' is neither runtime/default nor unconfined"
                        + " nor localhost/NAME");
        refused(
                none.clone().setApparmorProfile("localhost/"),
                "security_context.apparmor.localhost_ref '' is no name of a profile");
        refused(
                none.clone()
                        .setApparmor(
                                SecurityProfile.newBuilder()
                                        .setProfileType(ProfileType.Localhost)
                                        .setLocalhostRef("a\nb")),
                "security_context.apparmor.localhost_ref 'a?b' is no name of a profile");
        refused(
                none.clone().setApparmor(SecurityProfile.newBuilder().setProfileTypeValue(7)),
                "security_context.apparmor.profile_type 7 does not exist");
    }

    @Test
    void valuesThatDoNotExist_areRefused() {
        refused(
                full().setSupplementalGroupsPolicyValue(7),
                "security_context.supplemental_groups_policy 7 does not exist");
        refused(
                full().setSeccomp(SecurityProfile.newBuilder().setProfileTypeValue(7)),
                "security_context.seccomp.profile_type 7 does not exist");
    }

    @Test
    void relativeSeccompProfile_isRefused() {
        refused(
                full().setSeccomp(
                                SecurityProfile.newBuilder()
                                        .setProfileType(ProfileType.Localhost)
                                        .setLocalhostRef("p.json")),
                "security_context.seccomp.localhost_ref 'p.json' is not an absolute path");
    }

    @Test
    void usersThatContradict_areRefused() {
        refused(
                full().setRunAsUsername("web"),
                "security_context.run_as_user 1000 and run_as_username 'web' exclude each other");
        refused(
                full().clearRunAsUser(),
                "security_context.run_as_group 1001 is set without run_as_user or run_as_username");
        refused(
                full().setRunAsUser(id(-1)),
                "security_context.run_as_user -1 is not within 0 to 4294967294");
        refused(
                full().setRunAsGroup(id(1L << 32)),
                "security_context.run_as_group 4294967296 is not within 0 to 4294967294");
        refused(
                full().addSupplementalGroups(-3),
                "security_context.supplemental_groups -3 is not within 0 to 4294967294");
    }

    private static Int64Value id(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    private static SecurityContext map(LinuxContainerSecurityContext.Builder security) {
        return SecurityMapper.fromProto(security.build(), SeccompProfile.runtimeDefault(), false);
    }

    private static void refused(LinuxContainerSecurityContext.Builder security, String message) {
        assertThat(Refusal.of(() -> map(security)))
                .isEqualTo(new Refusal(FaultKind.INVALID_ARGUMENT, message));
    }
}
