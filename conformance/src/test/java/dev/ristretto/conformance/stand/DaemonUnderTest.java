// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A ristrettod of the test's own, as built: its socket, directories, cgroup, bridge and subnets are
 * nobody else's. May be killed and started again any number of times.
 */
public final class DaemonUnderTest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final NetworkNamespace network;
    private final DaemonPaths paths;
    private final Path logs;
    private Process process;
    private int starts;

    private DaemonUnderTest(NetworkNamespace network, DaemonPaths paths, Path logs)
            throws IOException {
        this.network = network;
        this.paths = paths;
        this.logs = logs;
        this.process = launch();
    }

    /**
     * Starts it and waits until it serves.
     *
     * @param settings lines of YAML beside those of {@link DaemonPaths}
     * @param logs directory for what it prints, one file per start
     */
    static DaemonUnderTest start(
            NetworkNamespace network, DaemonPaths paths, String settings, Path logs)
            throws IOException {
        Files.writeString(paths.config(), paths.yaml() + settings);
        var daemon = new DaemonUnderTest(network, paths, logs);
        daemon.awaitServing();
        return daemon;
    }

    public DaemonPaths paths() {
        return paths;
    }

    public long pid() {
        return process.pid();
    }

    /** The log of the daemon that runs now. */
    public Path log() {
        return logs.resolve("ristrettod-%d.log".formatted(starts));
    }

    /** Ends it as a crash would; returns when the process is gone. */
    public void kill9() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it with SIGTERM and checks that it ends by itself. */
    public void terminate() throws IOException {
        process.destroy();
        Await.until("ristrettod ends on SIGTERM; see " + log(), PATIENCE, () -> !process.isAlive());
    }

    /** Starts a new one on the same directories. */
    public void startAgain() throws IOException {
        if (process.isAlive()) {
            throw new IllegalStateException("the daemon still runs as pid " + process.pid());
        }
        process = launch();
        awaitServing();
    }

    private Process launch() throws IOException {
        starts++;
        var words = new ArrayList<>(network.entry());
        words.addAll(
                List.of(Checkout.ristrettod().toString(), "--config", paths.config().toString()));
        var builder = new ProcessBuilder(words);
        // The test starts many daemons that live for seconds.
        builder.environment().put("RISTRETTOD_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
    }

    private void awaitServing() throws IOException {
        var line = "serving on unix://" + paths.socket();
        Await.until(
                "ristrettod serves; see " + log(),
                PATIENCE,
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(
                                "ristrettod ended with %d: %s"
                                        .formatted(process.exitValue(), Files.readString(log())));
                    }
                    return Files.readString(log()).contains(line);
                });
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            terminate();
        }
    }
}
