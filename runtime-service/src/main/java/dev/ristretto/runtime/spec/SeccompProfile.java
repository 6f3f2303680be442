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

    /** The profile of this runtime, which is also what an absent message gets. */
    public static SeccompProfile runtimeDefault() {
        return new SeccompProfile(Type.RUNTIME_DEFAULT, "");
    }
}
