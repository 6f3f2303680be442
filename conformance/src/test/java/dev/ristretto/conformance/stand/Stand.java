// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A registry, a daemon and its clients in a network of their own. Closing it removes the pods,
 * stops everything and checks that the host is as it was.
 */
public final class Stand implements AutoCloseable {
    private final NetworkNamespace network;
    private final Residue before;
    private final LoopbackRegistry registry;
    private final DaemonUnderTest daemon;
    private final Crictl crictl;

    private Stand(
            NetworkNamespace network,
            Residue before,
            LoopbackRegistry registry,
            DaemonUnderTest daemon)
            throws IOException {
        this.network = network;
        this.before = before;
        this.registry = registry;
        this.daemon = daemon;
        this.crictl = new Crictl(network, paths().workDir(), paths().socket());
    }

    /**
     * Starts one.
     *
     * @param name of the folder with its logs, below {@code conformance/target/e2e}
     */
    public static Stand start(String name) throws IOException {
        return start(name, "");
    }

    /**
     * Starts one with more configuration.
     *
     * @param settings top-level YAML; {@code registry} is taken
     */
    public static Stand start(String name, String settings) throws IOException {
        var cleanup = new Cleanup();
        try {
            var reports = Files.createDirectories(Checkout.reports().resolve(name));
            var network = cleanup.keep(NetworkNamespace.create());
            var paths = DaemonPaths.create();
            cleanup.push(paths::delete);
            var before = Residue.look(network, paths);
            var log = reports.resolve("registry.log");
            var registry = cleanup.keep(LoopbackRegistry.start(network, paths.workDir(), log));
            var daemon = DaemonUnderTest.start(network, paths, registry(paths) + settings, reports);
            return new Stand(network, before, registry, daemon);
        } catch (IOException | RuntimeException | AssertionError e) {
            cleanup.run(e);
            throw e;
        }
    }

    private static String registry(DaemonPaths paths) {
        return """
        registry:
          configPath: ["%s"]
          plainHttp: ["%s", "127.0.0.1:5001"]
          connectTimeoutSeconds: 5
        """
                .formatted(certs(paths), LoopbackRegistry.HOST);
    }

    private static Path certs(DaemonPaths paths) {
        return paths.workDir().resolve("certs.d");
    }

    /** From now on the daemon asks the loopback registry for what this host would serve. */
    public void mirror(String host) throws IOException {
        var directory = Files.createDirectories(certs(paths()).resolve(host));
        Files.writeString(
                directory.resolve("hosts.toml"),
                "server = \"http://%s\"\n".formatted(LoopbackRegistry.HOST));
    }

    public NetworkNamespace network() {
        return network;
    }

    public LoopbackRegistry registry() {
        return registry;
    }

    public DaemonUnderTest daemon() {
        return daemon;
    }

    public Crictl crictl() {
        return crictl;
    }

    public DaemonPaths paths() {
        return daemon.paths();
    }

    /** A connection of its own; the caller closes it. */
    public CriClient connect() {
        return new CriClient(paths().socket());
    }

    public Residue residue() throws IOException {
        return Residue.look(network, paths());
    }

    /** A file or directory of the test's own; gone with the stand. */
    public Path scratch(String name) {
        return paths().workDir().resolve(name);
    }

    /** Stops and removes every pod that the daemon lists. */
    public void removePods() throws IOException {
        for (var pod : listed("pods", "-q")) {
            crictl.call("stopp", pod);
            crictl.call("rmp", pod);
        }
        assertThat(listed("pods", "-q")).isEmpty();
        assertThat(listed("ps", "-a", "-q")).isEmpty();
    }

    /** Ids that a listing command of crictl prints. */
    public List<String> listed(String... arguments) throws IOException {
        return crictl.call(arguments).lines().filter(line -> !line.isBlank()).toList();
    }

    /**
     * The last thing of every test of the whole: nothing of the daemon is on the host any more but
     * the files that a next daemon would read.
     *
     * @throws AssertionError naming all that is left; it is swept away all the same
     */
    @Override
    public void close() {
        var notClean = new AssertionError("the stand was not left clean; see " + daemon.log());
        var cleanup = new Cleanup();
        cleanup.push(paths()::delete);
        cleanup.push(network::close);
        cleanup.push(registry::close);
        cleanup.push(() -> residue().sweep());
        cleanup.push(this::checkNothingLeft);
        cleanup.push(daemon::close);
        cleanup.push(this::removePods);
        cleanup.run(notClean);
        if (notClean.getSuppressed().length > 0) {
            throw notClean;
        }
    }

    private void checkNothingLeft() throws IOException {
        var after = residue();
        assertThat(after.processes()).as("processes").isEmpty();
        assertThat(after.cgroups()).as("cgroups").isEmpty();
        assertThat(after.interfaces()).as("interfaces").isEqualTo(before.interfaces());
        assertThat(after.nftables()).as("nftables").isEqualTo(before.nftables());
        assertThat(after.mounts()).as("mounts of the host").isEqualTo(before.mounts());
        assertThat(paths().socket()).as("socket").doesNotExist();
        var pods = paths().runDir().resolve("pods");
        if (Files.exists(pods)) {
            assertThat(pods).as("run directories of pods").isEmptyDirectory();
        }
    }
}
