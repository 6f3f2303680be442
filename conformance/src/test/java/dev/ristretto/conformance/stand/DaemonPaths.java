// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places on the host of one daemon under test.
 *
 * @param runDir short, since unix sockets lie in it (108 bytes, see unix(7)), and on a tmpfs
 * @param workDir everything else; on a file system that overlay can write to
 * @param cgroupParent as the CRI names cgroups, from the root of each hierarchy
 */
public record DaemonPaths(Path runDir, Path workDir, String cgroupParent) {
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** Makes directories nobody else has. */
    static DaemonPaths create() throws IOException {
        var name = "rst%d-%d".formatted(ProcessHandle.current().pid(), NEXT.incrementAndGet());
        var runDir = Files.createDirectory(Path.of("/run", name));
        var workDir = Files.createDirectory(Path.of("/var/tmp", name));
        return new DaemonPaths(runDir, workDir, "/ristretto-e2e-" + name);
    }

    public Path socket() {
        return runDir.resolve("ristretto.sock");
    }

    public Path stateDir() {
        return workDir.resolve("state");
    }

    public Path config() {
        return workDir.resolve("config.yaml");
    }

    /** Where pods of the test have their log directories. */
    public Path podLogs() {
        return workDir.resolve("pod-logs");
    }

    String yaml() {
        return """
        socket: "%s"
        runDir: "%s"
        stateDir: "%s"
        podshim: "%s"
        cgroupParent: "%s"
        logging: {level: "DEBUG"}
        """
                .formatted(socket(), runDir, stateDir(), Checkout.podshim(), cgroupParent);
    }

    /**
     * Removes what {@link #create} made. Call it when nothing runs in there any more. Layers hold
     * device nodes, read-only directories and names of any bytes: rm(1) knows them all.
     */
    void delete() throws IOException {
        Command.of("rm", "-rf", "--one-file-system", runDir.toString(), workDir.toString()).text();
    }
}
