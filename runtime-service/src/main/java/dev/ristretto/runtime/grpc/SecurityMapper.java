// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.plan.HiddenPaths;
import dev.ristretto.runtime.spec.AppArmorProfile;
import dev.ristretto.runtime.spec.CapabilityRequest;
import dev.ristretto.runtime.spec.MandatoryAccess;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SelinuxOptions;
import dev.ristretto.runtime.spec.UserRequest;
import dev.ristretto.runtime.spec.UserRequest.SupplementalGroupsPolicy;

import runtime.v1.Int64Value;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.SELinuxOption;
import runtime.v1.SecurityProfile;

import java.util.List;
import java.util.OptionalLong;

/** {@code LinuxContainerSecurityContext} from protocol buffers. */
final class SecurityMapper {
    private SecurityMapper() {}

    /**
     * Maps a message.
     *
     * @param unsetSeccomp the profile of a container that names none
     * @param kubelet whether it is the kubelet that asks
     */
    static SecurityContext fromProto(
            LinuxContainerSecurityContext security, SeccompProfile unsetSeccomp, boolean kubelet) {
        var capabilities = security.getCapabilities();
        var namespaces = SandboxMapper.namespaces(security.getNamespaceOptions());
        boolean exact =
                kubelet
                        || !namespaces.ids().isHost()
                        || security.getMaskedPathsCount() > 0
                        || security.getReadonlyPathsCount() > 0;
        return new SecurityContext(
                new CapabilityRequest(
                        capabilities.getAddCapabilitiesList(),
                        capabilities.getDropCapabilitiesList(),
                        capabilities.getAddAmbientCapabilitiesList()),
                security.getPrivileged(),
                namespaces,
                user(security),
                security.getReadonlyRootfs(),
                security.getNoNewPrivs(),
                security.getPrivileged()
                        ? List.of()
                        : hidden(exact, security.getMaskedPathsList(), HiddenPaths.DEFAULT_MASKED),
                security.getPrivileged()
                        ? List.of()
                        : hidden(
                                exact,
                                security.getReadonlyPathsList(),
                                HiddenPaths.DEFAULT_READONLY),
                seccomp(security, unsetSeccomp),
                new MandatoryAccess(appArmor(security), selinux(security.getSelinuxOptions())));
    }

    /**
     * A missing list cannot be told from an empty one. The kubelet always sends both, and with
     * {@code procMount: Unmasked} both are empty, so of its own an empty one counts, as one does
     * beside another that is not, and in a user namespace, where there is less to hide. Other
     * clients mostly send none and rely on being safe.
     */
    private static List<String> hidden(boolean exact, List<String> given, List<String> defaults) {
        return given.isEmpty() && !exact ? defaults : given;
    }

    private static UserRequest user(LinuxContainerSecurityContext security) {
        var policy =
                switch (security.getSupplementalGroupsPolicy()) {
                    case Merge -> SupplementalGroupsPolicy.MERGE;
                    case Strict -> SupplementalGroupsPolicy.STRICT;
                    case UNRECOGNIZED ->
                            throw RuntimeFault.invalidArgument(
                                    "security_context.supplemental_groups_policy %d does not exist",
                                    security.getSupplementalGroupsPolicyValue());
                };
        return new UserRequest(
                id(security.hasRunAsUser(), security.getRunAsUser()),
                security.getRunAsUsername(),
                id(security.hasRunAsGroup(), security.getRunAsGroup()),
                security.getSupplementalGroupsList(),
                policy);
    }

    private static OptionalLong id(boolean present, Int64Value value) {
        return present ? OptionalLong.of(value.getValue()) : OptionalLong.empty();
    }

    private static SeccompProfile seccomp(
            LinuxContainerSecurityContext security, SeccompProfile unset) {
        if (security.hasSeccomp()) {
            return profile(security.getSeccomp());
        }
        return deprecatedSeccomp(security, unset);
    }

    private static SeccompProfile profile(SecurityProfile profile) {
        return switch (profile.getProfileType()) {
            case RuntimeDefault -> SeccompProfile.runtimeDefault();
            case Unconfined -> SeccompProfile.unconfined();
            case Localhost ->
                    new SeccompProfile(SeccompProfile.Type.LOCALHOST, profile.getLocalhostRef());
            case UNRECOGNIZED ->
                    throw RuntimeFault.invalidArgument(
                            "security_context.seccomp.profile_type %d does not exist",
                            profile.getProfileTypeValue());
        };
    }

    /** {@code seccomp_profile_path}, which some clients still send. */
    @SuppressWarnings("deprecation")
    private static SeccompProfile deprecatedSeccomp(
            LinuxContainerSecurityContext security, SeccompProfile unset) {
        var path = security.getSeccompProfilePath();
        return switch (path) {
            case "" -> unset;
            case "runtime/default", "docker/default" -> SeccompProfile.runtimeDefault();
            case "unconfined" -> SeccompProfile.unconfined();
            default ->
                    new SeccompProfile(
                            SeccompProfile.Type.LOCALHOST,
                            path.startsWith("localhost/")
                                    ? path.substring("localhost/".length())
                                    : path);
        };
    }

    private static SelinuxOptions selinux(SELinuxOption options) {
        return new SelinuxOptions(
                options.getUser(), options.getRole(), options.getType(), options.getLevel());
    }

    private static AppArmorProfile appArmor(LinuxContainerSecurityContext security) {
        if (!security.hasApparmor()) {
            return deprecatedAppArmor(security);
        }
        var profile = security.getApparmor();
        return switch (profile.getProfileType()) {
            case RuntimeDefault -> AppArmorProfile.runtimeDefault();
            case Unconfined -> AppArmorProfile.unconfined();
            case Localhost -> AppArmorProfile.localhost(profile.getLocalhostRef());
            case UNRECOGNIZED ->
                    throw RuntimeFault.invalidArgument(
                            "security_context.apparmor.profile_type %d does not exist",
                            profile.getProfileTypeValue());
        };
    }

    @SuppressWarnings("deprecation")
    private static AppArmorProfile deprecatedAppArmor(LinuxContainerSecurityContext security) {
        return AppArmorProfile.deprecated(security.getApparmorProfile());
    }
}
