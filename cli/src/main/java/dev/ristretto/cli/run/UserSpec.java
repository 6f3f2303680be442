// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import runtime.v1.Int64Value;
import runtime.v1.LinuxContainerSecurityContext;

/**
 * {@code --user}: {@code name}, {@code uid}, {@code name:gid} or {@code uid:gid}; empty for the
 * image's. The CRI has no field for a group's name.
 */
public record UserSpec(String user, String gid) {
    /** Whatever the image says. */
    public static final UserSpec OF_IMAGE = new UserSpec("", "");

    private static final String NUMBER = "\\d{1,10}";

    /**
     * @throws IllegalArgumentException for what is no user
     */
    public static UserSpec parse(String text) {
        var parts = text.split(":", -1);
        var group = parts.length == 2 ? parts[1] : "";
        if (parts.length > 2 || parts[0].isEmpty() || parts.length == 2 && !group.matches(NUMBER)) {
            throw new IllegalArgumentException(
                    "user '%s' is not name, uid, name:gid or uid:gid".formatted(text));
        }
        return new UserSpec(parts[0], group);
    }

    void apply(LinuxContainerSecurityContext.Builder security) {
        if (user.matches(NUMBER)) {
            security.setRunAsUser(number(user));
        } else {
            security.setRunAsUsername(user);
        }
        if (!gid.isEmpty()) {
            security.setRunAsGroup(number(gid));
        }
    }

    private static Int64Value number(String text) {
        return Int64Value.newBuilder().setValue(Long.parseLong(text)).build();
    }
}
