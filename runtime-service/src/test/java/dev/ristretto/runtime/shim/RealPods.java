// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.linux.fd.Pidfd;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.StdioConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Pods of the real podshim, all of which are gone when this is closed. Needs root. */
public final class RealPods implements AutoCloseable {
    static final StdioConfig NO_STDIO = new StdioConfig(false, false, false);

    private static final long CLONE_NEWPID = 0x2000_0000L;
    private static final long NET_IPC_UTS = 0x4c00_0000L;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final LinuxSyscalls linux = LinuxSyscalls.load();
    private final Path runDirectory;
    private final ShimTransport transport = new ShimTransport(PATIENCE);
    private final List<ShimClient> pods = new ArrayList<>();
    private final List<Pidfd> processes = new ArrayList<>();
    private final ZygoteProcess zygote;

    public RealPods(Path runDirectory) throws IOException {
        var podshim = Podshim.binary();
        assumeTrue(podshim.isPresent(), "no podshim: run make in native-linux/src/main/c/podshim");
        this.runDirectory = runDirectory;
        this.zygote = ZygoteProcess.start(podshim.orElseThrow(), runDirectory, transport);
    }

    ZygoteProcess zygote() {
        return zygote;
    }

    Path directory(int number) {
        return runDirectory.resolve("pod" + number);
    }

    /** A pod with a network, hostname and IPC of its own. */
    public ShimClient create(int number) throws IOException {
        return create(
                number,
                List.of(
                        new ShimOp.Unshare(NET_IPC_UTS),
                        new ShimOp.LoopbackUp(),
                        new ShimOp.Sethostname("pod-" + number)));
    }

    ShimClient create(int number, List<ShimOp> program) throws IOException {
        var id = new PodSandboxId("%064x".formatted(number));
        var directory = Files.createDirectory(directory(number));
        int pid = zygote.createPod(id, directory, Program.of(program));
        Pidfd.open(linux, pid).ifPresent(processes::add);
        var client = transport.client(id, directory);
        pods.add(client);
        return client;
    }

    /** The process of the pod made last. */
    Pidfd lastProcess() {
        return processes.getLast();
    }

    public static ContainerId container(int number) {
        return new ContainerId("%064x".formatted(number));
    }

    /** Runs a shell of the host in a pid namespace of its own. */
    public static Program shell(String script) {
        return Program.of(
                List.of(
                        new ShimOp.Clone(CLONE_NEWPID, ""),
                        new ShimOp.Setsid(),
                        new ShimOp.Exec(
                                List.of("/bin/sh"),
                                List.of("sh", "-c", script),
                                List.of("PATH=/usr/bin:/bin"))));
    }

    /** Runs a command of the host beside a container. */
    static Program command(ContainerId containerId, String... argv) {
        return Program.of(
                List.of(
                        new ShimOp.SetnsContainer(containerId.value(), CLONE_NEWPID),
                        new ShimOp.Clone(0, ""),
                        new ShimOp.Setsid(),
                        new ShimOp.Exec(
                                List.of("/usr/bin/" + argv[0], "/bin/" + argv[0]),
                                List.of(argv),
                                List.of("PATH=/usr/bin:/bin"))));
    }

    @Override
    public void close() throws IOException {
        for (var pod : pods) {
            try {
                pod.shutdown();
            } catch (PodGoneException e) {
                // A test has ended it already.
                continue;
            }
        }
        zygote.close();
        for (var process : processes) {
            if (!process.awaitEnd(Duration.ofSeconds(5))) {
                throw new AssertionError(
                        "podshim %d outlives its shutdown".formatted(process.pid()));
            }
            process.close();
        }
        transport.close();
    }
}
