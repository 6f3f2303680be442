// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A network of the test's own: a daemon in it makes its bridge, its nftables table and its sysctls
 * there, and a daemon that serves this machine is not touched. Held by one sleeping process, not by
 * a mount; it ends with it.
 */
public final class NetworkNamespace implements AutoCloseable {
    private final Process holder;

    private NetworkNamespace(Process holder) {
        this.holder = holder;
    }

    public static NetworkNamespace create() throws IOException {
        var holder = new ProcessBuilder("unshare", "--net", "--", "sleep", "infinity").inheritIO();
        var namespace = new NetworkNamespace(holder.start());
        var ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        Await.until(
                "a network namespace of its own",
                Duration.ofSeconds(10),
                () -> !Files.readSymbolicLink(namespace.path()).equals(ours));
        namespace.command("ip", "link", "set", "lo", "up").text();
        return namespace;
    }

    /** Names it while its holder lives. */
    public Path path() {
        return Path.of("/proc", Long.toString(holder.pid()), "ns/net");
    }

    /** What goes before a command that is to run in it; the process id stays the same. */
    public List<String> entry() {
        return List.of("nsenter", "--net=" + path(), "--");
    }

    public Command command(String... words) {
        return Command.of(words).after(entry());
    }

    @Override
    public void close() {
        holder.destroyForcibly().onExit().join();
    }
}
