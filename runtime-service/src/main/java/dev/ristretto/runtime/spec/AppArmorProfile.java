// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code SecurityProfile} for AppArmor.
 *
 * @param name of a profile that is in the kernel, for {@code LOCALHOST}
 */
public record AppArmorProfile(Type type, String name) {
    private static final String LOCALHOST_PREFIX = "localhost/";

    /** {@code ProfileType}, and that nothing was said. */
    public enum Type {
        UNSET,
        RUNTIME_DEFAULT,
        UNCONFINED,
        LOCALHOST
    }

    public AppArmorProfile {
        if (type == Type.LOCALHOST
                && (name.isBlank() || name.chars().anyMatch(Character::isISOControl))) {
            throw RuntimeFault.invalidArgument(
                    "security_context.apparmor.localhost_ref '%s' is no name of a profile",
                    name.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    /** Nothing was said. */
    public static AppArmorProfile unset() {
        return new AppArmorProfile(Type.UNSET, "");
    }

    /** The profile of this runtime. */
    public static AppArmorProfile runtimeDefault() {
        return new AppArmorProfile(Type.RUNTIME_DEFAULT, "");
    }

    /** No profile. */
    public static AppArmorProfile unconfined() {
        return new AppArmorProfile(Type.UNCONFINED, "");
    }

    /**
     * A profile of the node.
     *
     * @param name with or without {@code localhost/} before it, as some clients send it
     */
    public static AppArmorProfile localhost(String name) {
        return new AppArmorProfile(
                Type.LOCALHOST,
                name.startsWith(LOCALHOST_PREFIX)
                        ? name.substring(LOCALHOST_PREFIX.length())
                        : name);
    }

    /**
     * {@code apparmor_profile}, which some clients still send.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if it is none of the forms there are
     */
    public static AppArmorProfile deprecated(String profile) {
        return switch (profile) {
            case "" -> unset();
            case "runtime/default", "docker/default" -> runtimeDefault();
            case "unconfined" -> unconfined();
            default -> {
                if (!profile.startsWith(LOCALHOST_PREFIX)) {
                    throw RuntimeFault.invalidArgument(
                            "security_context.apparmor_profile '%s' is neither runtime/default nor"
                                    + " unconfined nor localhost/NAME",
                            profile);
                }
                yield localhost(profile);
            }
        };
    }
}
