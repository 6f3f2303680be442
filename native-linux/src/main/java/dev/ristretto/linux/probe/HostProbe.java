// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.probe;

import dev.ristretto.linux.capability.Capability;
import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.MountAttributes;
import dev.ristretto.linux.syscall.SeccompLibrary;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tries what the kernel can do. Changes nothing; takes less than a millisecond. */
public final class HostProbe {
    private static final int NO_DESCRIPTOR = -1;

    private final LinuxSyscalls linux;

    public HostProbe(LinuxSyscalls linux) {
        this.linux = linux;
    }

    /** Tries everything, as the user who calls: without privileges less is found. */
    public HostFeatures probe(Cgroups cgroups) throws IOException {
        return new HostFeatures(
                overlay(),
                hasMountSetattr(),
                Files.exists(Path.of("/proc/sys/kernel/seccomp/actions_avail")),
                SeccompLibrary.load().isPresent(),
                Capability.CAP_SYS_RESOURCE.in(HostCapabilities.detect().available()),
                cgroups.mode());
    }

    /**
     * Kernels before 6.5 take any option of overlayfs now and look at it later; so an option that
     * does not exist tells whether {@code lowerdir+} being taken means anything.
     */
    private OverlayMount overlay() throws IOException {
        try (var context =
                Fd.owned(linux, linux.fsopen("overlay", MountConstants.FSOPEN_CLOEXEC))) {
            boolean layerByLayer =
                    takes(context, "lowerdir+", "/") && !takes(context, "ristretto", "none");
            return layerByLayer ? OverlayMount.LOWERDIR_PLUS : OverlayMount.ONE_PAGE;
        } catch (SyscallException e) {
            return e.is(Errno.ENODEV) ? OverlayMount.NONE : OverlayMount.ONE_PAGE;
        }
    }

    private boolean takes(Fd context, String option, String value) {
        try {
            linux.fsconfigSetString(context.number(), option, value);
            return true;
        } catch (SyscallException e) {
            return false;
        }
    }

    private boolean hasMountSetattr() {
        var readonly = new MountAttributes(MountAttr.MOUNT_ATTR_RDONLY.bit(), 0, 0, 0);
        try {
            linux.mount_setattr(
                    NO_DESCRIPTOR, "", FileFlags.AT_EMPTY_PATH | FileFlags.AT_RECURSIVE, readonly);
            return true;
        } catch (SyscallException e) {
            return !e.is(Errno.ENOSYS);
        }
    }
}
