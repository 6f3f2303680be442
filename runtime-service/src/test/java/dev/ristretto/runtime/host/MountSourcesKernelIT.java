// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A file system that never answers, as one of NFS whose server is gone. */
@Tag("root")
@Timeout(120)
class MountSourcesKernelIT {
    /** Takes the place of the program behind a FUSE file system, and says nothing. */
    private static final String PROGRAM =
            """
            import ctypes, os, sys
            device = os.open("/dev/fuse", os.O_RDWR)
            options = f"fd={device},rootmode=40000,user_id=0,group_id=0"
            mount = ctypes.CDLL(None, use_errno=True).mount
            MS_REC_PRIVATE = 0x44000
            mount(None, b"/", None, MS_REC_PRIVATE, None)
            if mount(b"dead", sys.argv[1].encode(), b"fuse", 0, options.encode()) != 0:
                sys.exit(os.strerror(ctypes.get_errno()))
            print("ready", flush=True)
            sys.stdin.read()
            """;

    private static final int CLONE_FS = 0x200;

    @TempDir private Path directory;
    private Path dead;

    @BeforeEach
    void aPlace() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse");
        assumeTrue(
                Files.readAllLines(Path.of("/proc/filesystems")).contains("nodev\tfuse"),
                "this kernel has no FUSE");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no python3");
        dead = Files.createDirectory(directory.resolve("dead"));
    }

    /** In mounts of its own: who looks at the path elsewhere does not hang. */
    @Test
    void aPathThatDoesNotAnswer_isNamedInTime_andHoldsNobodyElseUp() throws IOException {
        var _ =
                NamespaceThread.callInNew(
                        LinuxSyscalls.load(),
                        CLONE_FS | ProcessFlags.CLONE_NEWNS,
                        () -> {
                            var program = start();
                            try {
                                lookAt(program);
                            } finally {
                                program.destroyForcibly().onExit().join();
                            }
                            return program;
                        });
    }

    private Process start() throws IOException {
        var program =
                new ProcessBuilder("/usr/bin/python3", "-c", PROGRAM, dead.toString())
                        .redirectErrorStream(true)
                        .start();
        assertThat(program.inputReader().readLine()).isEqualTo("ready");
        return program;
    }

    private void lookAt(Process program) throws IOException {
        var sources = new MountSources(Duration.ofSeconds(5));

        assertThatThrownBy(() -> sources.resolve(mount(dead)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.BUSY))
                .hasMessage(
                        "config.mounts: host_path '%s' for container_path '/x' did not answer"
                                + " within 5 s: its file system hangs; repair it on the host, or"
                                + " unmount it (umount -l)",
                        dead);
        assertThatThrownBy(() -> sources.resolve(mount(dead)))
                .hasMessageContaining("does not answer still");
        assertThat(sources.resolve(mount(directory)).directory()).isTrue();

        program.destroyForcibly().onExit().join();

        while (isBusy(catchThrowable(() -> sources.resolve(mount(dead))))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static boolean isBusy(Throwable thrown) {
        return thrown instanceof RuntimeFault fault && fault.kind() == FaultKind.BUSY;
    }

    private static MountConfig mount(Path hostPath) {
        return new MountConfig("/x", hostPath.toString(), false, false, Propagation.PRIVATE);
    }
}
