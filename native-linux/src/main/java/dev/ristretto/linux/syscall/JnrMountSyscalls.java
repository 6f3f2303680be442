// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static dev.ristretto.linux.syscall.Native.LIBC;
import static dev.ristretto.linux.syscall.Native.answer;
import static dev.ristretto.linux.syscall.Native.bytes;
import static dev.ristretto.linux.syscall.Native.check;

import org.jspecify.annotations.Nullable;

/** Mounts. */
interface JnrMountSyscalls extends MountSyscalls {
    int FSCONFIG_SET_FLAG = 0;
    int FSCONFIG_SET_STRING = 1;
    int FSCONFIG_SET_FD = 5;
    int FSCONFIG_CMD_CREATE = 6;
    int FSCONFIG_CMD_RECONFIGURE = 7;

    @Override
    default void mount(String source, String target, String type, long flags, String data)
            throws SyscallException {
        var from = bytes("mount", source);
        var to = bytes("mount", target);
        var kind = bytes("mount", type);
        var options = bytes("mount", data);
        check("mount", target, answer(LIBC.mount(from, to, kind, flags, options)));
    }

    @Override
    default void umount2(String target, int flags) throws SyscallException {
        var name = bytes("umount2", target);
        check("umount2", target, answer(LIBC.umount2(name, flags)));
    }

    @Override
    default int fsopen(String type, int flags) throws SyscallException {
        var name = bytes("fsopen", type);
        var number = SyscallNumber.FSOPEN.value();
        return check("fsopen", type, answer(LIBC.syscall(number, name, flags)));
    }

    @Override
    default int fspick(int dirfd, String path, int flags) throws SyscallException {
        var name = bytes("fspick", path);
        var number = SyscallNumber.FSPICK.value();
        return check("fspick", dirfd, path, answer(LIBC.syscall(number, dirfd, name, flags)));
    }

    @Override
    default void fsconfigSetFlag(int fsfd, String key) throws SyscallException {
        fsconfig(fsfd, FSCONFIG_SET_FLAG, key, null, 0);
    }

    @Override
    default void fsconfigSetString(int fsfd, String key, String value) throws SyscallException {
        fsconfig(fsfd, FSCONFIG_SET_STRING, key, bytes("fsconfig", value), 0);
    }

    @Override
    default void fsconfigSetFd(int fsfd, String key, int fd) throws SyscallException {
        fsconfig(fsfd, FSCONFIG_SET_FD, key, null, fd);
    }

    @Override
    default void fsconfigCreate(int fsfd) throws SyscallException {
        fsconfig(fsfd, FSCONFIG_CMD_CREATE, null, null, 0);
    }

    @Override
    default void fsconfigReconfigure(int fsfd) throws SyscallException {
        fsconfig(fsfd, FSCONFIG_CMD_RECONFIGURE, null, null, 0);
    }

    private void fsconfig(
            int fsfd, int command, @Nullable String key, byte @Nullable [] value, int aux)
            throws SyscallException {
        var name = key == null ? null : bytes("fsconfig", key);
        var object =
                switch (command) {
                    case FSCONFIG_CMD_CREATE -> "create";
                    case FSCONFIG_CMD_RECONFIGURE -> "reconfigure";
                    default -> String.valueOf(key);
                };
        var number = SyscallNumber.FSCONFIG.value();
        check("fsconfig", object, answer(LIBC.syscall(number, fsfd, command, name, value, aux)));
    }

    @Override
    default int fsmount(int fsfd, int flags, int attributes) throws SyscallException {
        var number = SyscallNumber.FSMOUNT.value();
        return check("fsmount", fsfd, answer(LIBC.syscall(number, fsfd, flags, attributes)));
    }

    @Override
    default void move_mount(int fromDirfd, String from, int toDirfd, String to, int flags)
            throws SyscallException {
        var source = bytes("move_mount", from);
        var target = bytes("move_mount", to);
        var number = SyscallNumber.MOVE_MOUNT.value();
        check(
                "move_mount",
                toDirfd,
                to,
                answer(LIBC.syscall(number, fromDirfd, source, toDirfd, target, flags)));
    }

    @Override
    default int open_tree(int dirfd, String path, int flags) throws SyscallException {
        var name = bytes("open_tree", path);
        var number = SyscallNumber.OPEN_TREE.value();
        return check("open_tree", dirfd, path, answer(LIBC.syscall(number, dirfd, name, flags)));
    }

    @Override
    default void mount_setattr(int dirfd, String path, int flags, MountAttributes attributes)
            throws SyscallException {
        var name = bytes("mount_setattr", path);
        var struct = attributes.encode();
        var number = SyscallNumber.MOUNT_SETATTR.value();
        long size = MountAttributes.SIZE;
        check(
                "mount_setattr",
                dirfd,
                path,
                answer(LIBC.syscall(number, dirfd, name, flags, struct, size)));
    }
}
