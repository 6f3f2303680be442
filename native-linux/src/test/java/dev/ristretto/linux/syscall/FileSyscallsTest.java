// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static dev.ristretto.linux.syscall.FileFlags.AT_EMPTY_PATH;
import static dev.ristretto.linux.syscall.FileFlags.AT_FDCWD;
import static dev.ristretto.linux.syscall.FileFlags.AT_REMOVEDIR;
import static dev.ristretto.linux.syscall.FileFlags.AT_SYMLINK_NOFOLLOW;
import static dev.ristretto.linux.syscall.FileFlags.LOCK_EX;
import static dev.ristretto.linux.syscall.FileFlags.LOCK_NB;
import static dev.ristretto.linux.syscall.FileFlags.O_CLOEXEC;
import static dev.ristretto.linux.syscall.FileFlags.O_CREAT;
import static dev.ristretto.linux.syscall.FileFlags.O_DIRECTORY;
import static dev.ristretto.linux.syscall.FileFlags.O_NOFOLLOW;
import static dev.ristretto.linux.syscall.FileFlags.O_PATH;
import static dev.ristretto.linux.syscall.FileFlags.O_RDONLY;
import static dev.ristretto.linux.syscall.FileFlags.O_RDWR;
import static dev.ristretto.linux.syscall.FileFlags.RENAME_NOREPLACE;
import static dev.ristretto.linux.syscall.FileFlags.RESOLVE_BENEATH;
import static dev.ristretto.linux.syscall.FileFlags.RESOLVE_IN_ROOT;
import static dev.ristretto.linux.syscall.FileFlags.S_IFIFO;
import static dev.ristretto.linux.syscall.FileFlags.S_IFLNK;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.ristretto.linux.fd.Fd;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

final class FileSyscallsTest {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();

    @TempDir Path directory;

    private Fd root;

    @BeforeEach
    void openDirectory() throws IOException {
        root = Fd.open(LINUX, directory, O_PATH | O_DIRECTORY);
    }

    @AfterEach
    void closeDirectory() throws IOException {
        root.close();
    }

    @Test
    void write_fromEveryKindOfBuffer_writesWhatRemains() throws IOException {
        var direct = ByteBuffer.allocateDirect(8).put("xxdirect".getBytes(StandardCharsets.UTF_8));
        var heap = ByteBuffer.wrap("xxheap--".getBytes(StandardCharsets.UTF_8), 2, 4);
        var slice = ByteBuffer.wrap("xxslice".getBytes(StandardCharsets.UTF_8), 1, 6).slice();
        slice.position(1);
        var readOnly = ByteBuffer.wrap("xro".getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
        readOnly.position(1);
        try (var file = create("f")) {
            for (var buffer : new ByteBuffer[] {direct.flip().position(2), heap, slice, readOnly}) {
                LINUX.write(file.number(), buffer);

                assertThat(buffer.hasRemaining()).isFalse();
            }
        }

        assertThat(directory.resolve("f")).hasContent("directheapslicero");
    }

    @Test
    void read_intoEveryKindOfBuffer_fillsTheSpaceThatRemains() throws IOException {
        Files.writeString(directory.resolve("f"), "0123456789");
        var direct = ByteBuffer.allocateDirect(6).position(2);
        var heap = ByteBuffer.allocate(10).position(4).limit(7);
        try (var file = openBelow("f", O_RDONLY, 0)) {
            assertThat(LINUX.read(file.number(), direct)).isEqualTo(4);
            assertThat(LINUX.read(file.number(), heap)).isEqualTo(3);
        }

        var read = StandardCharsets.UTF_8.decode(direct.flip().position(2)).toString();
        assertThat(read).isEqualTo("0123");
        assertThat(Arrays.copyOfRange(heap.array(), 3, 8))
                .isEqualTo(new byte[] {0, '4', '5', '6', 0});
    }

    @Test
    void read_atTheEnd_isZero() throws IOException {
        try (var file = create("f")) {
            assertThat(LINUX.read(file.number(), ByteBuffer.allocate(1))).isZero();
        }
    }

    @Test
    void openat2_inRoot_keepsAbsoluteLinksInside() throws IOException {
        Files.createDirectories(directory.resolve("etc"));
        Files.writeString(directory.resolve("etc/passwd"), "inside");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(directory.resolve("up"), Path.of("../../../etc/passwd"));
        for (var name : new String[] {"link", "up", "/link", "../etc/passwd"}) {
            try (var file = openBelow(name, O_RDONLY, RESOLVE_IN_ROOT)) {
                assertThat(Files.readString(file.procPath())).isEqualTo("inside");
            }
        }
    }

    @Test
    void openat2_beneath_refusesToLeave() {
        assertFails(() -> openBelow("../x", O_RDONLY, RESOLVE_BENEATH), Errno.EXDEV);
    }

    @Test
    void failure_namesThePathBelowItsDirectory() {
        assertThatThrownBy(() -> openBelow("/no/file", O_RDONLY, RESOLVE_IN_ROOT))
                .hasMessage("openat2 %s/no/file: No such file or directory (ENOENT)", directory);
        assertThatThrownBy(() -> LINUX.mkdirat(root.number(), "a/b", 0755))
                .hasMessage("mkdirat %s/a/b: No such file or directory (ENOENT)", directory);
        assertThatThrownBy(() -> LINUX.fsync(-1))
                .hasMessage("fsync fd -1: Bad file descriptor (EBADF)");
    }

    @Test
    void nameWithNul_isRefusedNotCutOff() {
        assertFails(() -> LINUX.mkdirat(root.number(), "a\0b", 0755), Errno.EINVAL);

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void nameThatIsNotUtf8_isKept() throws IOException {
        var name = KernelString.decode(new byte[] {'n', (byte) 0xe9});
        LINUX.mkdirat(root.number(), name, 0755);

        LINUX.symlinkat(name, root.number(), "link");

        assertThat(KernelString.encode(LINUX.readlinkat(root.number(), "link")))
                .containsExactly('n', 0xe9);
        assertThat(LINUX.statx(root.number(), name, 0).isDirectory()).isTrue();
        LINUX.unlinkat(root.number(), name, AT_REMOVEDIR);
    }

    @Test
    void statx_tellsTypeModeSizeLinksAndTime() throws IOException {
        try (var file = create("f")) {
            LINUX.ftruncate(file.number(), 12345);
            LINUX.fchmod(file.number(), 04751);
            LINUX.linkat(root.number(), "f", root.number(), "g", 0);
            LINUX.utimensat(root.number(), "f", TimeSpec.OMIT, new TimeSpec(-5, 123_456_789), 0);

            var status = LINUX.statx(file.number(), "", AT_EMPTY_PATH);

            assertThat(status.isRegularFile()).isTrue();
            assertThat(status.permissions()).isEqualTo(04751);
            assertThat(status.size()).isEqualTo(12345);
            assertThat(status.links()).isEqualTo(2);
            assertThat(status.modified()).isEqualTo(Instant.ofEpochSecond(-5, 123_456_789));
            assertThat(status.inode())
                    .isEqualTo(Files.getAttribute(directory.resolve("g"), "unix:ino"));
            assertThat(status.uid())
                    .isEqualTo(Files.getAttribute(directory.resolve("g"), "unix:uid"));
        }
    }

    @Test
    void symbolicLink_hasItsOwnTimesAndNoMode() throws IOException {
        LINUX.symlinkat("nowhere", root.number(), "link");

        LINUX.utimensat(
                root.number(), "link", TimeSpec.OMIT, new TimeSpec(7, 0), AT_SYMLINK_NOFOLLOW);

        var status = LINUX.statx(root.number(), "link", AT_SYMLINK_NOFOLLOW);
        assertThat(status.type()).isEqualTo(S_IFLNK);
        assertThat(status.modified()).isEqualTo(Instant.ofEpochSecond(7));
        assertFails(
                () -> LINUX.fchmodat(root.number(), "link", 0600, AT_SYMLINK_NOFOLLOW),
                Errno.EOPNOTSUPP);
    }

    @Test
    void fchmodat_withoutFollowing_changesAFile() throws IOException {
        create("f").close();

        LINUX.fchmodat(root.number(), "f", 0640, AT_SYMLINK_NOFOLLOW);

        assertThat(LINUX.statx(root.number(), "f", 0).permissions()).isEqualTo(0640);
    }

    @Test
    void mknodat_makesAFifo() throws IOException {
        LINUX.mknodat(root.number(), "pipe", S_IFIFO | 0600, DeviceNumber.ZERO);

        assertThat(LINUX.statx(root.number(), "pipe", 0).type()).isEqualTo(S_IFIFO);
    }

    @Test
    void renameat2_withoutReplacing_refusesATakenName() throws IOException {
        create("a").close();
        create("b").close();

        assertFails(
                () -> LINUX.renameat2(root.number(), "a", root.number(), "b", RENAME_NOREPLACE),
                Errno.EEXIST);
        LINUX.renameat2(root.number(), "a", root.number(), "b", 0);
        assertThat(directory.resolve("a")).doesNotExist();
    }

    @Test
    void flock_heldElsewhere_isTaken() throws IOException {
        try (var first = create("lock");
                var second = openBelow("lock", O_RDONLY, 0)) {
            LINUX.flock(first.number(), LOCK_EX | LOCK_NB);

            assertFails(() -> LINUX.flock(second.number(), LOCK_EX | LOCK_NB), Errno.EAGAIN);
        }
    }

    @Test
    void statfs_ofProc_tellsItsType() throws IOException {
        assertThat(LINUX.statfs("/proc").type()).isEqualTo(FileSystemStatus.PROC_SUPER_MAGIC);
        var disk = LINUX.fstatfs(root.number());
        assertThat(disk.blockSize()).isPositive();
        assertThat(disk.blocksAvailable()).isBetween(0L, disk.blocks());
    }

    @Test
    void syncCalls_ofAFile_succeed() throws IOException {
        try (var file = create("f")) {
            LINUX.fsync(file.number());
            LINUX.fdatasync(file.number());
            LINUX.syncfs(file.number());
        }
    }

    @Test
    void memfd_holdsWhatIsWritten() throws IOException {
        try (var memory = Fd.owned(LINUX, LINUX.memfd_create("m", FileFlags.MFD_CLOEXEC))) {
            LINUX.write(memory.number(), ByteBuffer.wrap(new byte[] {1, 2}));

            assertThat(Files.readAllBytes(memory.procPath())).containsExactly(1, 2);
        }
    }

    @Test
    void openFlags_areThisArchitectures() throws IOException {
        create("f").close();
        LINUX.symlinkat("f", root.number(), "link");

        assertFails(() -> openBelow("f", O_RDONLY | O_DIRECTORY, 0), Errno.ENOTDIR);
        assertFails(() -> openBelow("link", O_RDONLY | O_NOFOLLOW, 0), Errno.ELOOP);
        var directoryAgain =
                LINUX.openat(AT_FDCWD, directory.toString(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        LINUX.close(directoryAgain);
        assertThat(
                        Files.exists(
                                Path.of("/proc/self/fd/" + directoryAgain),
                                LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    private Fd create(String name) throws IOException {
        return root.openBelow(name, new OpenHow(O_RDWR | O_CREAT, 0600, 0));
    }

    private Fd openBelow(String name, int flags, int resolve) throws IOException {
        return root.openBelow(name, new OpenHow(flags, 0, resolve));
    }

    private static void assertFails(ThrowingCallable call, Errno errno) {
        assertThatThrownBy(call)
                .asInstanceOf(type(SyscallException.class))
                .returns(errno, SyscallException::errno);
    }
}
