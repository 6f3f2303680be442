// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Files, directories, attributes. Paths are in the form of {@link KernelString}; a relative one
 * starts at the directory descriptor given with it, or at the working directory with {@link
 * FileFlags#AT_FDCWD}. Constants are in {@link FileFlags}. Descriptors returned belong to the
 * caller; {@code O_CLOEXEC} is his to ask for.
 */
public interface FileSyscalls {
    /** openat(2), Linux 2.6.16. */
    int openat(int dirfd, String path, int flags, int mode) throws SyscallException;

    /**
     * openat2(2), Linux 5.6. With {@code RESOLVE_IN_ROOT} no symbolic link, {@code ..} or absolute
     * path leads out of {@code dirfd}. {@code EAGAIN} means that a rename raced with it: call
     * again.
     */
    int openat2(int dirfd, String path, OpenHow how) throws SyscallException;

    /** close(2). The descriptor is gone even if this throws; never call it twice. */
    void close(int fd) throws SyscallException;

    /**
     * read(2) into the space between position and limit; advances the position. Waits for pipes and
     * sockets.
     *
     * @return bytes read, 0 at the end of the file
     */
    int read(int fd, ByteBuffer into) throws SyscallException;

    /** write(2) from position to limit; advances the position by what was written, its result. */
    int write(int fd, ByteBuffer from) throws SyscallException;

    /** mkdirat(2), Linux 2.6.16. The umask applies. */
    void mkdirat(int dirfd, String path, int mode) throws SyscallException;

    /** mknodat(2), Linux 2.6.16. {@code mode} holds the type; the umask applies. */
    void mknodat(int dirfd, String path, int mode, DeviceNumber device) throws SyscallException;

    /** symlinkat(2), Linux 2.6.16. The target is stored as it is. */
    void symlinkat(String target, int newdirfd, String path) throws SyscallException;

    /**
     * linkat(2), Linux 2.6.16. Does not follow {@code oldpath}, unless {@code AT_SYMLINK_FOLLOW};
     * {@code AT_EMPTY_PATH} links the descriptor itself and wants CAP_DAC_READ_SEARCH.
     */
    void linkat(int olddirfd, String oldpath, int newdirfd, String newpath, int flags)
            throws SyscallException;

    /** unlinkat(2), Linux 2.6.16. {@code AT_REMOVEDIR} makes it rmdir(2). */
    void unlinkat(int dirfd, String path, int flags) throws SyscallException;

    /** renameat2(2), Linux 3.15. */
    void renameat2(int olddirfd, String oldpath, int newdirfd, String newpath, int flags)
            throws SyscallException;

    /**
     * fchownat(2), Linux 2.6.16. -1 leaves an id. It clears the set-id bits and {@code
     * security.capability}, so set those after it.
     */
    void fchownat(int dirfd, String path, int uid, int gid, int flags) throws SyscallException;

    /** fchmod(2). Not for {@code O_PATH} descriptors ({@code EBADF}). */
    void fchmod(int fd, int mode) throws SyscallException;

    /**
     * fchmodat(2) as the C library gives it: {@code AT_SYMLINK_NOFOLLOW} works on every kernel (by
     * way of {@code O_PATH} and /proc before fchmodat2, Linux 6.6) and is {@code EOPNOTSUPP} for a
     * symbolic link, which has no mode.
     */
    void fchmodat(int dirfd, String path, int mode, int flags) throws SyscallException;

    /** utimensat(2), Linux 2.6.22. */
    void utimensat(int dirfd, String path, TimeSpec accessed, TimeSpec modified, int flags)
            throws SyscallException;

    /** statx(2), Linux 4.11, basic fields. An empty path with {@code AT_EMPTY_PATH} is fstat(2). */
    FileStatus statx(int dirfd, String path, int flags) throws SyscallException;

    /** readlinkat(2), Linux 2.6.16. An empty path reads an {@code O_PATH} descriptor of a link. */
    String readlinkat(int dirfd, String path) throws SyscallException;

    /** lsetxattr(2), does not follow a link. */
    void lsetxattr(String path, String name, byte[] value, int flags) throws SyscallException;

    /** fsetxattr(2). Not for {@code O_PATH} descriptors ({@code EBADF}). */
    void fsetxattr(int fd, String name, byte[] value, int flags) throws SyscallException;

    /** lgetxattr(2), does not follow a link. {@code ENODATA}: there is no such attribute. */
    byte[] lgetxattr(String path, String name) throws SyscallException;

    /** fgetxattr(2). */
    byte[] fgetxattr(int fd, String name) throws SyscallException;

    /** llistxattr(2), does not follow a link. */
    List<String> llistxattr(String path) throws SyscallException;

    /** flistxattr(2). */
    List<String> flistxattr(int fd) throws SyscallException;

    /** lremovexattr(2), does not follow a link. */
    void lremovexattr(String path, String name) throws SyscallException;

    /**
     * getdents64(2), Linux 2.4: the next entries of an open directory, without {@code .} and {@code
     * ..}; empty at the end.
     */
    List<DirectoryEntry> getdents64(int fd) throws SyscallException;

    /**
     * ioctl(2) with {@code FS_IOC_GETFLAGS}: the flags of chattr(1). {@code ENOTTY}, {@code
     * EOPNOTSUPP}: the file system has none.
     */
    int inodeFlags(int fd) throws SyscallException;

    /** ioctl(2) with {@code FS_IOC_SETFLAGS}. */
    void setInodeFlags(int fd, int flags) throws SyscallException;

    /** ftruncate(2). */
    void ftruncate(int fd, long length) throws SyscallException;

    /** fsync(2). Waits for the disk. */
    void fsync(int fd) throws SyscallException;

    /** fdatasync(2). Waits for the disk. */
    void fdatasync(int fd) throws SyscallException;

    /** syncfs(2), Linux 2.6.39. Waits for the disk; covers the whole file system. */
    void syncfs(int fd) throws SyscallException;

    /** statfs(2). */
    FileSystemStatus statfs(String path) throws SyscallException;

    /** fstatfs(2). */
    FileSystemStatus fstatfs(int fd) throws SyscallException;

    /** flock(2). Waits without {@code LOCK_NB}; with it {@code EAGAIN} means taken. */
    void flock(int fd, int operation) throws SyscallException;

    /** memfd_create(2), Linux 3.17. */
    int memfd_create(String name, int flags) throws SyscallException;
}
