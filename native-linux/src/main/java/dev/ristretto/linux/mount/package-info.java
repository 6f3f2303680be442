// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's constants for mounts, in its spelling: {@link dev.ristretto.linux.mount.MountFlag}
 * for mount(2), {@link dev.ristretto.linux.mount.MountAttr} for mount_setattr(2) and fsmount(2),
 * {@link dev.ristretto.linux.mount.MountConstants} for the flags of the calls themselves.
 */
@NullMarked
package dev.ristretto.linux.mount;

import org.jspecify.annotations.NullMarked;
