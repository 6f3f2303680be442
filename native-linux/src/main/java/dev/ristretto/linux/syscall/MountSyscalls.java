// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

/**
 * Mounts: the call of 1992 and the calls by file descriptor of Linux 5.2. They act on the mount
 * namespace of the calling thread. Constants are in {@code dev.ristretto.linux.mount}.
 */
public interface MountSyscalls {
    /** mount(2). An empty string is what a file system takes for "none". */
    void mount(String source, String target, String type, long flags, String data)
            throws SyscallException;

    /** umount2(2). */
    void umount2(String target, int flags) throws SyscallException;

    /** fsopen(2), Linux 5.2: a new file system context. */
    int fsopen(String type, int flags) throws SyscallException;

    /** fspick(2), Linux 5.2: the context of a mounted file system, to reconfigure it. */
    int fspick(int dirfd, String path, int flags) throws SyscallException;

    /** fsconfig(2) {@code FSCONFIG_SET_FLAG}. */
    void fsconfigSetFlag(int fsfd, String key) throws SyscallException;

    /** fsconfig(2) {@code FSCONFIG_SET_STRING}; the kernel takes up to 255 bytes. */
    void fsconfigSetString(int fsfd, String key, String value) throws SyscallException;

    /** fsconfig(2) {@code FSCONFIG_SET_FD}. Overlayfs takes layers so since Linux 6.13. */
    void fsconfigSetFd(int fsfd, String key, int fd) throws SyscallException;

    /** fsconfig(2) {@code FSCONFIG_CMD_CREATE}. */
    void fsconfigCreate(int fsfd) throws SyscallException;

    /** fsconfig(2) {@code FSCONFIG_CMD_RECONFIGURE}. */
    void fsconfigReconfigure(int fsfd) throws SyscallException;

    /** fsmount(2), Linux 5.2: a detached mount of a created context. */
    int fsmount(int fsfd, int flags, int attributes) throws SyscallException;

    /** move_mount(2), Linux 5.2: attaches a detached mount, or moves one. */
    void move_mount(int fromDirfd, String from, int toDirfd, String to, int flags)
            throws SyscallException;

    /** open_tree(2), Linux 5.2: with {@code OPEN_TREE_CLONE} a detached bind mount. */
    int open_tree(int dirfd, String path, int flags) throws SyscallException;

    /** mount_setattr(2), Linux 5.12. */
    void mount_setattr(int dirfd, String path, int flags, MountAttributes attributes)
            throws SyscallException;
}
