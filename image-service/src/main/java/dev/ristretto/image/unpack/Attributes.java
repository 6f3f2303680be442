// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import org.jboss.logging.Logger;

/**
 * Owner, attributes, mode and times of what was unpacked, in the order that the kernel wants: a
 * change of the owner takes set-id bits and capabilities away.
 */
final class Attributes {
    private static final Logger LOG = Logger.getLogger(Attributes.class);

    private final LinuxSyscalls linux;
    private final int ownUid;
    private final int ownGid;
    private boolean warned;

    /**
     * @param fresh a file that this process has just made, whose owner new files get anyway
     */
    Attributes(LinuxSyscalls linux, FileStatus fresh) {
        this.linux = linux;
        this.ownUid = fresh.uid();
        this.ownGid = fresh.gid();
    }

    /** Of a regular file that is open. */
    void applyToFile(Fd file, Place place, TarEntry entry) throws SyscallException {
        if (!isOwn(entry)) {
            linux.fchownat(
                    file.number(),
                    "",
                    (int) entry.uid(),
                    (int) entry.gid(),
                    FileFlags.AT_EMPTY_PATH);
        }
        setXattrs(entry, (name, value) -> linux.fsetxattr(file.number(), name, value, 0));
        linux.fchmod(file.number(), entry.mode());
        setTimes(place, entry);
    }

    /** Of a link, a device or a FIFO, which cannot be opened. */
    void applyToOther(Place place, TarEntry entry) throws SyscallException {
        if (!isOwn(entry)) {
            linux.fchownat(
                    place.dirfd(),
                    place.base(),
                    (int) entry.uid(),
                    (int) entry.gid(),
                    FileFlags.AT_SYMLINK_NOFOLLOW);
        }
        var path = place.parent().procPath() + "/" + place.base();
        setXattrs(entry, (name, value) -> linux.lsetxattr(path, name, value, 0));
        if (entry.type() != TarEntry.Type.SYMBOLIC_LINK) {
            linux.fchmodat(place.dirfd(), place.base(), entry.mode(), 0);
        }
        setTimes(place, entry);
    }

    /** Of a directory into which nothing more will go. */
    void applyToDirectory(Fd root, String path, Fd directory, TarEntry entry)
            throws SyscallException {
        if (!isOwn(entry)) {
            linux.fchownat(
                    directory.number(),
                    "",
                    (int) entry.uid(),
                    (int) entry.gid(),
                    FileFlags.AT_EMPTY_PATH);
        }
        setXattrs(entry, (name, value) -> linux.fsetxattr(directory.number(), name, value, 0));
        linux.fchmod(directory.number(), entry.mode());
        setTimes(new Place(root, "", path.isEmpty() ? "." : path), entry);
    }

    private boolean isOwn(TarEntry entry) {
        return (int) entry.uid() == ownUid && (int) entry.gid() == ownGid;
    }

    private void setTimes(Place place, TarEntry entry) throws SyscallException {
        linux.utimensat(
                place.dirfd(),
                place.base(),
                entry.modified(),
                entry.modified(),
                FileFlags.AT_SYMLINK_NOFOLLOW);
    }

    private void setXattrs(TarEntry entry, XattrSetter setter) throws SyscallException {
        for (var xattr : entry.xattrs().entrySet()) {
            var name = xattr.getKey();
            if (isOfTheHost(name)) {
                continue;
            }
            try {
                setter.set(name, xattr.getValue());
            } catch (SyscallException e) {
                // The kernel allows user attributes on files and directories only.
                boolean bearable =
                        e.is(Errno.EOPNOTSUPP) || (e.is(Errno.EPERM) && name.startsWith("user."));
                if (!bearable) {
                    throw e;
                }
                warn(name, entry, e);
            }
        }
    }

    /**
     * Attributes that mean something to this host and not to the image: overlay's own could show a
     * container what another layer hides, and SELinux's label is given by the mount.
     */
    private static boolean isOfTheHost(String name) {
        return name.startsWith("trusted.overlay.")
                || name.startsWith("user.overlay.")
                || name.equals("security.selinux");
    }

    /** Once for each layer. */
    private void warn(String attribute, TarEntry entry, SyscallException e) {
        if (!warned) {
            warned = true;
            LOG.warnf(
                    "unpack layer: attribute %s of entry '%s' is left out: %s",
                    attribute, entry.name(), e.errno());
        }
    }

    @FunctionalInterface
    private interface XattrSetter {
        void set(String name, byte[] value) throws SyscallException;
    }
}
