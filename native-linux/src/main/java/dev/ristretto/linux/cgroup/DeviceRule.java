// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.OptionalLong;

/**
 * Devices that a cgroup may use.
 *
 * @param kind character or block devices
 * @param major the major number; empty for all
 * @param minor the minor number; empty for all
 * @param access of {@code r}, {@code w} and {@code m} (mknod)
 */
public record DeviceRule(Kind kind, OptionalLong major, OptionalLong minor, String access) {
    /** The two kinds of device files, see mknod(2). */
    public enum Kind {
        CHARACTER('c', 2),
        BLOCK('b', 1);

        private final char letter;

        /** {@code BPF_DEVCG_DEV_*}. */
        private final int bpf;

        Kind(char letter, int bpf) {
            this.letter = letter;
            this.bpf = bpf;
        }

        int bpf() {
            return bpf;
        }
    }

    public DeviceRule {
        if (!access.matches("[rwm]{1,3}")) {
            throw new IllegalArgumentException(
                    "device access '%s' is not made of r, w and m".formatted(access));
        }
    }

    static DeviceRule character(long major, long minor) {
        return new DeviceRule(
                Kind.CHARACTER, OptionalLong.of(major), OptionalLong.of(minor), "rwm");
    }

    /** A whole {@code major}, such as that of the pseudo terminals. */
    static DeviceRule characters(long major) {
        return new DeviceRule(Kind.CHARACTER, OptionalLong.of(major), OptionalLong.empty(), "rwm");
    }

    static DeviceRule any(Kind kind, String access) {
        return new DeviceRule(kind, OptionalLong.empty(), OptionalLong.empty(), access);
    }

    /** The line of {@code devices.allow}, for example {@code c 1:3 rwm}. */
    String line() {
        return "%c %s:%s %s".formatted(kind.letter, text(major), text(minor), access);
    }

    private static String text(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "*";
    }
}
