// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

/** Constants of the calls in {@link FileSyscalls}, in the kernel's spelling. */
public final class FileFlags {
    /** As a directory descriptor: relative to the working directory. */
    public static final int AT_FDCWD = -100;

    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_SYMLINK_FOLLOW = 0x400;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int AT_RECURSIVE = 0x8000;

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_TRUNC = 01000;
    public static final int O_APPEND = 02000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_CLOEXEC = 02000000;
    public static final int O_PATH = 010000000;
    // These two have other numbers on aarch64.
    public static final int O_DIRECTORY = CpuArchitecture.current().pick(0200000, 040000);
    public static final int O_NOFOLLOW = CpuArchitecture.current().pick(0400000, 0100000);
    public static final int O_TMPFILE = 020000000 | O_DIRECTORY;

    public static final int RESOLVE_NO_XDEV = 0x01;
    public static final int RESOLVE_NO_MAGICLINKS = 0x02;
    public static final int RESOLVE_NO_SYMLINKS = 0x04;
    public static final int RESOLVE_BENEATH = 0x08;
    public static final int RESOLVE_IN_ROOT = 0x10;

    public static final int RENAME_NOREPLACE = 1;
    public static final int RENAME_EXCHANGE = 2;
    public static final int RENAME_WHITEOUT = 4;

    public static final int S_IFMT = 0170000;
    public static final int S_IFSOCK = 0140000;
    public static final int S_IFLNK = 0120000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFBLK = 0060000;
    public static final int S_IFDIR = 0040000;
    public static final int S_IFCHR = 0020000;
    public static final int S_IFIFO = 0010000;
    public static final int S_ISUID = 04000;
    public static final int S_ISGID = 02000;
    public static final int S_ISVTX = 01000;

    public static final int XATTR_CREATE = 1;
    public static final int XATTR_REPLACE = 2;

    /** In inode flags: the file can be neither changed nor removed, chattr(1) {@code +i}. */
    public static final int FS_IMMUTABLE_FL = 0x10;

    /** In inode flags: the file can only grow, chattr(1) {@code +a}. */
    public static final int FS_APPEND_FL = 0x20;

    public static final int LOCK_SH = 1;
    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;
    public static final int LOCK_UN = 8;

    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;

    private FileFlags() {}
}
