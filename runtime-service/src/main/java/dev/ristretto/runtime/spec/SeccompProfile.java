// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code SecurityProfile} for seccomp(2).
 *
 * @param localhostRef absolute path of an OCI seccomp profile in JSON, for {@code LOCALHOST}
 */
public record SeccompProfile(Type type, String localhostRef) {
    /** {@code ProfileType}. */
    public enum Type {
        RUNTIME_DEFAULT,
        UNCONFINED,
        LOCALHOST
    }

    public SeccompProfile {
        if (type == Type.LOCALHOST && !localhostRef.startsWith("/")) {
            throw RuntimeFault.invalidArgument(
                    "security_context.seccomp.localhost_ref '%s' is not an absolute path",
                    localhostRef);
        }
    }

    /** The profile of this runtime. */
    public static SeccompProfile runtimeDefault() {
        return new SeccompProfile(Type.RUNTIME_DEFAULT, "");
    }

    /** No filter at all. */
    public static SeccompProfile unconfined() {
        return new SeccompProfile(Type.UNCONFINED, "");
    }

    /**
     * The profile that the configuration names.
     *
     * @param name {@code RuntimeDefault}, {@code Unconfined}, or the absolute path of a profile
     */
    public static SeccompProfile named(String name) {
        return switch (name) {
            case "RuntimeDefault" -> runtimeDefault();
            case "Unconfined" -> unconfined();
            default -> new SeccompProfile(Type.LOCALHOST, name);
        };
    }
}
