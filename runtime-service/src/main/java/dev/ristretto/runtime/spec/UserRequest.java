// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

import java.util.List;
import java.util.OptionalLong;

/**
 * Whom a container's process runs as: {@code run_as_user}, {@code run_as_username}, {@code
 * run_as_group} and {@code supplemental_groups}. Without any of them the image decides.
 *
 * @param username looked up in the image's own {@code /etc/passwd}; empty if {@code uid} counts
 */
public record UserRequest(
        OptionalLong uid,
        String username,
        OptionalLong gid,
        List<Long> supplementalGroups,
        SupplementalGroupsPolicy policy) {

    private static final long HIGHEST_ID = (1L << 32) - 2;

    /** {@code SupplementalGroupsPolicy}. */
    public enum SupplementalGroupsPolicy {
        /** Those asked for and those of the user in the image's {@code /etc/group}. */
        MERGE,
        /** Only those asked for. */
        STRICT
    }

    public UserRequest {
        supplementalGroups = List.copyOf(supplementalGroups);
        if (uid.isPresent() && !username.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "security_context.run_as_user %d and run_as_username '%s' exclude each other",
                    uid.getAsLong(), username);
        }
        if (gid.isPresent() && uid.isEmpty() && username.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "security_context.run_as_group %d is set without run_as_user or"
                            + " run_as_username",
                    gid.getAsLong());
        }
        uid.ifPresent(id -> requireId("run_as_user", id));
        gid.ifPresent(id -> requireId("run_as_group", id));
        supplementalGroups.forEach(id -> requireId("supplemental_groups", id));
    }

    /** The image decides. */
    public static UserRequest ofImage() {
        return new UserRequest(
                OptionalLong.empty(),
                "",
                OptionalLong.empty(),
                List.of(),
                SupplementalGroupsPolicy.MERGE);
    }

    private static void requireId(String field, long id) {
        if (id < 0 || id > HIGHEST_ID) {
            throw RuntimeFault.invalidArgument(
                    "security_context.%s %d is not within 0 to %d", field, id, HIGHEST_ID);
        }
    }
}
