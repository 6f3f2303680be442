// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

/** A value to write to a file of a cgroup; plans are lists of these. */
record FileWrite(String file, String value) {
    /** A limit, where -1 is written as {@code max} (v2). */
    static FileWrite limit(String file, long value) {
        return new FileWrite(
                file, value == CgroupDirectory.UNLIMITED ? "max" : Long.toString(value));
    }

    static FileWrite number(String file, long value) {
        return new FileWrite(file, Long.toString(value));
    }
}
