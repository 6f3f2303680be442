// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

/**
 * A device node's number, see makedev(3).
 *
 * @param major 0 to 4095
 * @param minor 0 to 1048575
 */
public record DeviceNumber(int major, int minor) {
    /** For files that are no device; also the number of overlayfs' whiteouts. */
    public static final DeviceNumber ZERO = new DeviceNumber(0, 0);

    public DeviceNumber {
        if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
            throw new IllegalArgumentException(
                    "device number %d:%d is out of range".formatted(major, minor));
        }
    }

    /** As mknodat(2) takes it: the kernel's 32-bit form. */
    int encode() {
        return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    }
}
