// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.syscall.Errno;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class ShimFailureTextTest {
    private static final List<String> PATHS =
            List.of("/usr/local/bin/nginx", "/usr/bin/nginx", "/bin/nginx");
    private static final ShimOp.Exec NGINX =
            new ShimOp.Exec(
                    PATHS,
                    List.of("nginx", "-g", "secret"),
                    List.of("TOKEN=secret", "PATH=/usr/local/bin:/usr/bin:/bin"));
    private static final ShimOp.Exec RUN =
            new ShimOp.Exec(List.of("/app/run"), List.of("/app/run"), List.of());
    private static final ShimOp.Fsmount OVERLAY =
            new ShimOp.Fsmount(1, "overlay", List.of("lowerdir+=/a", "volatile"), 0);
    private static final ShimOp.OpenTree DATA = new ShimOp.OpenTree(3, "/srv/data", 1);

    static Stream<Arguments> failures() {
        return Stream.of(
                of(
                        NGINX,
                        Errno.ENOENT,
                        FaultKind.INVALID_ARGUMENT,
                        "exec \"nginx\": executable file not found in $PATH (ENOENT); tried"
                                + " /usr/local/bin/nginx, /usr/bin/nginx, /bin/nginx;"
                                + " PATH=/usr/local/bin:/usr/bin:/bin, or its #! interpreter or"
                                + " dynamic loader is not there"),
                of(
                        new ShimOp.Exec(List.of("/x"), List.of("x"), List.of()),
                        Errno.ENOENT,
                        FaultKind.INVALID_ARGUMENT,
                        "exec \"x\": executable file not found in $PATH (ENOENT); tried /x; PATH is"
                                + " not set, or its #! interpreter or dynamic loader is not there"),
                of(
                        RUN,
                        Errno.ENOENT,
                        FaultKind.INVALID_ARGUMENT,
                        "exec \"/app/run\": No such file or directory (ENOENT); it is not in the"
                                + " image, or the interpreter of its first line (#!) or its dynamic"
                                + " loader is not"),
                of(
                        RUN,
                        Errno.EACCES,
                        FaultKind.INVALID_ARGUMENT,
                        "exec \"/app/run\": Permission denied (EACCES); tried /app/run; it is no"
                                + " executable file, user 1000:2000 may not execute it, or it is on"
                                + " a noexec mount"),
                of(
                        RUN,
                        Errno.ENOEXEC,
                        FaultKind.INVALID_ARGUMENT,
                        "exec \"/app/run\": Exec format error (ENOEXEC); it is for another"
                                + " architecture than this host's, or a script without #! in its"
                                + " first line"),
                of(
                        NGINX,
                        Errno.E2BIG,
                        FaultKind.INVALID_ARGUMENT,
                        "exec \"nginx\": Argument list too long (E2BIG); command and environment are"
                                + " 63 bytes, the longest is 34; one may have 128 KiB, all a"
                                + " quarter of the stack's rlimit"),
                of(
                        RUN,
                        Errno.ETXTBSY,
                        FaultKind.BUSY,
                        "exec \"/app/run\": Text file busy (ETXTBSY); somebody has it open for"
                                + " writing"),
                of(
                        new ShimOp.Chdir("/work"),
                        Errno.ENOENT,
                        FaultKind.INVALID_ARGUMENT,
                        "enter working directory /work: No such file or directory (ENOENT); it is"
                                + " not in the container"),
                of(
                        new ShimOp.Chdir("/work"),
                        Errno.EXDEV,
                        FaultKind.INVALID_ARGUMENT,
                        "enter working directory /work: Invalid cross-device link (EXDEV); it leads"
                                + " out of the container"),
                of(
                        DATA,
                        Errno.ENOENT,
                        FaultKind.INVALID_ARGUMENT,
                        "open mount source /srv/data: No such file or directory (ENOENT); it does"
                                + " not exist on the host; a hostPath of type DirectoryOrCreate is"
                                + " made"),
                of(
                        DATA,
                        Errno.ENOTCONN,
                        FaultKind.INTERNAL,
                        "open mount source /srv/data: Transport endpoint is not connected"
                                + " (ENOTCONN); its file system does not answer; repair or unmount"
                                + " it on the host"),
                of(
                        new ShimOp.MoveMount(3, 1, "/data"),
                        Errno.ENOSPC,
                        FaultKind.EXHAUSTED,
                        "mount /srv/data on /data: No space left on device (ENOSPC); check"
                                + " fs.mount-max"),
                of(
                        new ShimOp.MoveMount(1, 1, "/"),
                        Errno.ENOTDIR,
                        FaultKind.INVALID_ARGUMENT,
                        "mount overlay on /: Not a directory (ENOTDIR); one of them is a directory,"
                                + " the other a file"),
                of(
                        new ShimOp.MoveMount(9, 1, "/data"),
                        Errno.EBADF,
                        FaultKind.INTERNAL,
                        "mount of empty slot 9 on /data: Bad file descriptor (EBADF)"),
                of(
                        OVERLAY,
                        Errno.ELOOP,
                        FaultKind.INTERNAL,
                        "mount overlay: Too many levels of symbolic links (ELOOP); two of its"
                                + " directories are inside one another"),
                of(
                        OVERLAY,
                        Errno.ENODEV,
                        FaultKind.UNSUPPORTED,
                        "mount overlay: No such device (ENODEV); this kernel has no such file"
                                + " system: modprobe overlay"),
                of(
                        new ShimOp.Seccomp(0, Bytes.utf8("")),
                        Errno.EPERM,
                        FaultKind.INTERNAL,
                        "install the seccomp filter: Operation not permitted (EPERM); without"
                                + " no_new_privs a filter needs CAP_SYS_ADMIN at this step"),
                of(
                        new ShimOp.CgroupAttach("/sys/fs/cgroup/pids/a/tasks"),
                        Errno.ENODEV,
                        FaultKind.INTERNAL,
                        "enter cgroup /sys/fs/cgroup/pids/a: No such device (ENODEV); the cgroup"
                                + " was removed by somebody else"),
                of(
                        new ShimOp.CgroupAttach("/sys/fs/cgroup/cpuset/a/tasks"),
                        Errno.ENOSPC,
                        FaultKind.INVALID_ARGUMENT,
                        "enter cgroup /sys/fs/cgroup/cpuset/a: No space left on device (ENOSPC);"
                                + " its cpuset.cpus or cpuset.mems is empty"),
                of(
                        new ShimOp.Sysctl("net.x", "1"),
                        Errno.ENOENT,
                        FaultKind.INVALID_ARGUMENT,
                        "set sysctl net.x=1: No such file or directory (ENOENT); this kernel does"
                                + " not know it"),
                of(
                        new ShimOp.Sysctl("kernel.panic", "1"),
                        Errno.EROFS,
                        FaultKind.INVALID_ARGUMENT,
                        "set sysctl kernel.panic=1: Read-only file system (EROFS); it is not the"
                                + " pod's own but the host's: set it on the node"),
                of(
                        new ShimOp.Clone(0, ""),
                        Errno.EAGAIN,
                        FaultKind.EXHAUSTED,
                        "make the process: Resource temporarily unavailable (EAGAIN); check"
                                + " pids.max of the pod's cgroups, kernel.pid_max and"
                                + " kernel.threads-max"),
                of(
                        new ShimOp.Clone(0, "/sys/fs/cgroup/a"),
                        Errno.ENOENT,
                        FaultKind.INTERNAL,
                        "make the process in cgroup /sys/fs/cgroup/a: No such file or directory"
                                + " (ENOENT); the cgroup was removed by somebody else"),
                of(
                        new ShimOp.Unshare(0x4c000000L),
                        Errno.ENOSPC,
                        FaultKind.EXHAUSTED,
                        "make uts, ipc, net namespaces: No space left on device (ENOSPC); check"
                                + " user.max_net_namespaces, user.max_ipc_namespaces and the like:"
                                + " sysctl user"),
                of(
                        new ShimOp.SetnsContainer("c1", 0x20000),
                        Errno.ESRCH,
                        FaultKind.WRONG_STATE,
                        "join the mount namespaces of container c1: No such process (ESRCH); the"
                                + " container does not run"),
                of(
                        new ShimOp.SetUser(70000, 70000, List.of()),
                        Errno.EINVAL,
                        FaultKind.INVALID_ARGUMENT,
                        "become user 70000:70000: Invalid argument (EINVAL); the pod's user"
                                + " namespace does not map it"),
                of(
                        new ShimOp.Rlimit(7, 5, -1),
                        Errno.EPERM,
                        FaultKind.INVALID_ARGUMENT,
                        "set RLIMIT_NOFILE to 5:unlimited: Operation not permitted (EPERM); above"
                                + " the daemon's own hard limit or the kernel's, such as"
                                + " fs.nr_open"),
                of(
                        new ShimOp.Capabilities(1, 1, 1, 1),
                        Errno.EPERM,
                        FaultKind.INVALID_ARGUMENT,
                        "set capabilities: Operation not permitted (EPERM); the daemon lacks one of"
                                + " them itself; leave it out of capabilities.add"),
                of(
                        new ShimOp.EnsureDir(1, "/etc/x", 0755),
                        Errno.EROFS,
                        FaultKind.INVALID_ARGUMENT,
                        "make directory /etc/x: Read-only file system (EROFS); it is inside a"
                                + " volume that is mounted read-only"),
                of(
                        new ShimOp.WriteFile(1, "/etc/hosts", Bytes.utf8("secret"), 0644),
                        Errno.ENOSPC,
                        FaultKind.EXHAUSTED,
                        "write file /etc/hosts: No space left on device (ENOSPC); the disk of the"
                                + " container's layer is full"),
                of(
                        new ShimOp.Tty(0, 0, 1),
                        Errno.ENOSPC,
                        FaultKind.EXHAUSTED,
                        "open a terminal: No space left on device (ENOSPC); check kernel.pty.max"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure_hasTheWordsAndTheKind(ShimOp operation, Errno errno, FaultKind kind, String text) {
        var failure = failure(operation, errno, 0, "");

        assertThat(ShimFailureText.text(failure)).isEqualTo(text);
        assertThat(ShimFailureText.kind(failure)).isEqualTo(kind);
    }

    @Test
    void kernelWords_andTheOption_areShown() {
        var failure = failure(OVERLAY, Errno.EINVAL, 1, "e overlay: bad lowerdir\n");

        assertThat(ShimFailureText.text(failure))
                .isEqualTo(
                        "mount overlay with option lowerdir+: Invalid argument [overlay: bad"
                                + " lowerdir] (EINVAL); an option that this kernel does not know,"
                                + " or more layers than it stacks (overlay: 500)");
    }

    @Test
    void unknownErrorNumber_isShown() {
        var failure =
                new ShimException(
                        "the pod",
                        new ShimException.Failure(0, new ShimOp.Setsid(), 0, 999, ""),
                        Program.of(List.of(new ShimOp.Setsid())));

        assertThat(ShimFailureText.text(failure)).isEqualTo("begin a session: Unknown error 999");
    }

    @Test
    void toFault_beginsWithTheActionAndKeepsTheStep() {
        var failure = failure(new ShimOp.Chdir("/work"), Errno.ENOTDIR, 0, "");

        var fault = ShimFailureText.toFault("start container web (c1)", failure);

        assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
        assertThat(fault)
                .hasMessage(
                        "start container web (c1): enter working directory /work: Not a directory"
                                + " (ENOTDIR); it is not a directory");
        assertThat(fault.getSuppressed()).containsExactly(failure);
    }

    @Test
    void otherFailures_haveTheirWordsAndKinds() {
        var gone = new PodGoneException("pod sandbox p1", "nobody listens (ECONNREFUSED)");
        var notRunning = new PodErrorException("pod sandbox p1", 3, "no such running container");
        var log = new PodErrorException("pod sandbox p1", 2, "open its log");
        var full = new PodErrorException("pod sandbox p1", 24, "open its log or its pipes");
        var protocol = new PodProtocolException("pod sandbox p1", "it answered with OK");

        assertThat(ShimFailureText.toFault("exec in c1", gone).getMessage())
                .isEqualTo(
                        "exec in c1: reach pod sandbox p1: nobody listens (ECONNREFUSED); the pod is"
                                + " over: its processes have ended with its podshim");
        assertThat(ShimFailureText.kind(gone)).isEqualTo(FaultKind.WRONG_STATE);
        assertThat(ShimFailureText.text(notRunning))
                .isEqualTo("no such running container: No such process (ESRCH)");
        assertThat(ShimFailureText.kind(notRunning)).isEqualTo(FaultKind.WRONG_STATE);
        assertThat(ShimFailureText.text(log))
                .isEqualTo(
                        "open its log: No such file or directory (ENOENT); check the pod's log"
                                + " directory");
        assertThat(ShimFailureText.kind(full)).isEqualTo(FaultKind.EXHAUSTED);
        assertThat(ShimFailureText.kind(protocol)).isEqualTo(FaultKind.INTERNAL);
    }

    /** Whatever the kernel answers, wherever: one line, no secret, a kind. */
    @ParameterizedTest
    @EnumSource(Errno.class)
    void everyErrorOfEveryOperation_hasWords(Errno errno) {
        for (var operation : SampleOps.all()) {
            var failure = failure(operation, errno, 0, "");
            var text = ShimFailureText.text(failure);

            assertThat(text)
                    .matches("[a-z].*: .*")
                    .doesNotContain("secret", "\n")
                    .doesNotEndWith(".");
            assertThat(ShimFailureText.toFault("try", failure).kind())
                    .isEqualTo(ShimFailureText.kind(failure))
                    .isNotEqualTo(FaultKind.TIMED_OUT);
            if (errno != Errno.UNKNOWN) {
                assertThat(text).contains("(" + errno.name() + ")");
            }
        }
        assertThat(ShimFailureText.text(failure(NGINX, errno, 3, ""))).doesNotContain("secret");
    }

    private static ShimException failure(ShimOp operation, Errno errno, int detail, String words) {
        var operations = new ArrayList<ShimOp>();
        operations.add(OVERLAY);
        operations.add(DATA);
        operations.add(new ShimOp.SetUser(1000, 2000, List.of()));
        operations.add(operation);
        return new ShimException(
                "the pod",
                new ShimException.Failure(3, operation, detail, errno.number(), words),
                Program.of(operations));
    }

    private static Arguments of(ShimOp operation, Errno errno, FaultKind kind, String text) {
        return Arguments.of(operation, errno, kind, text);
    }
}
