// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountOption;

/**
 * {@code mount_options} as mount_setattr(2) takes them.
 *
 * @param clear what has to be cleared for it, which is the one field for times of access
 */
record MountAttributes(long set, long clear) {
    static MountAttributes of(MountConfig config) {
        long set = 0;
        long clear = 0;
        for (var option : config.options()) {
            set |= attribute(option).bit();
            clear |=
                    switch (option) {
                        case NOATIME, RELATIME, STRICTATIME -> MountAttr.ATIME_FIELD;
                        case NOEXEC, NODEV, NOSUID, NOSYMFOLLOW, NODIRATIME -> 0;
                    };
        }
        return new MountAttributes(set, clear);
    }

    private static MountAttr attribute(MountOption option) {
        return switch (option) {
            case NOEXEC -> MountAttr.MOUNT_ATTR_NOEXEC;
            case NODEV -> MountAttr.MOUNT_ATTR_NODEV;
            case NOSUID -> MountAttr.MOUNT_ATTR_NOSUID;
            case NOSYMFOLLOW -> MountAttr.MOUNT_ATTR_NOSYMFOLLOW;
            case NOATIME -> MountAttr.MOUNT_ATTR_NOATIME;
            case NODIRATIME -> MountAttr.MOUNT_ATTR_NODIRATIME;
            case RELATIME -> MountAttr.MOUNT_ATTR_RELATIME;
            case STRICTATIME -> MountAttr.MOUNT_ATTR_STRICTATIME;
        };
    }
}
