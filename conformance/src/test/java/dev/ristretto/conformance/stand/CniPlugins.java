// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A CNI network of Debian's plugins: bridge, host-local, portmap and bandwidth, and at the end a
 * script that can be told to hang. Bridge, subnets and address files are the test's own.
 */
public final class CniPlugins implements AutoCloseable {
    private static final String BRIDGE = "rste2ecni0";

    private final Path directory;

    private CniPlugins(Path directory) {
        this.directory = directory;
    }

    /** Makes its directories; the network is configured when {@link #configure} is called. */
    public static CniPlugins create() throws IOException {
        var plugins = new CniPlugins(Files.createTempDirectory(Path.of("/var/tmp"), "rstcni"));
        Files.createDirectories(plugins.directory.resolve("net.d"));
        Files.createDirectories(plugins.directory.resolve("bin"));
        var script = plugins.directory.resolve("bin/rst-last");
        Files.writeString(
                script,
                """
                #!/bin/sh
                echo "$CNI_COMMAND $CNI_CONTAINERID" >>%1$s/calls
                if [ -e %1$s/hang.$CNI_COMMAND ]; then : >%1$s/hangs; sleep 3600; fi
                if [ "$CNI_COMMAND" = ADD ]; then
                    # This one changes nothing: it answers what the plugin before it did.
                    jq -c .prevResult
                fi
                """
                        .formatted(plugins.directory));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return plugins;
    }

    /** For {@link Stand#start(String, String)}. */
    public String settings(int timeoutSeconds) {
        return """
        network:
          provider: "cni"
          cni:
            configDir: "%1$s/net.d"
            binDirs: ["%1$s/bin", "/usr/lib/cni"]
            timeoutSeconds: %2$d
        """
                .formatted(directory, timeoutSeconds);
    }

    /** Puts the configuration where the daemon looks for it, at once and whole. */
    public void configure() throws IOException {
        var file = directory.resolve("10-e2e.conflist");
        Files.writeString(
                file,
                """
                {"cniVersion": "1.0.0", "name": "rst-e2e", "plugins": [
                  {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "dataDir": "%s",
                            "ranges": [[{"subnet": "10.197.0.0/24"}], [{"subnet": "fd97::/64"}]],
                            "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true},
                  {"type": "bandwidth", "capabilities": {"bandwidth": true}},
                  {"type": "rst-last"}]}
                """
                        .formatted(BRIDGE, directory.resolve("ipam")));
        Files.move(
                file,
                directory.resolve("net.d/10-e2e.conflist"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the configuration away. */
    public void unconfigure() throws IOException {
        Files.delete(directory.resolve("net.d/10-e2e.conflist"));
    }

    /** What the last plugin was asked, a line each: it is asked if those before it had no fault. */
    public List<String> calls() throws IOException {
        return Files.readAllLines(directory.resolve("calls"));
    }

    /** The last plugin hangs when it is asked this, from now on. */
    public void hangOn(String command) throws IOException {
        Files.deleteIfExists(directory.resolve("hangs"));
        Files.createFile(directory.resolve("hang." + command));
    }

    /** It does not any more. */
    public void goOn(String command) throws IOException {
        Files.delete(directory.resolve("hang." + command));
    }

    /** Whether it hangs now, or was killed while it did. */
    public boolean hangs() {
        return Files.exists(directory.resolve("hangs"));
    }

    /** Addresses that are given away, of all networks. */
    public List<String> addresses() throws IOException {
        var given = directory.resolve("ipam/rst-e2e");
        if (Files.notExists(given)) {
            return List.of();
        }
        try (var files = Files.list(given)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f.:]+"))
                    .sorted()
                    .toList();
        }
    }

    /** Interfaces in the daemon's network that plugins made, without the bridge. */
    public List<String> interfaces(NetworkNamespace network) throws IOException {
        return network.command("ip", "-o", "link")
                .text()
                .lines()
                .map(line -> line.split("\\s+", 3)[1].replaceFirst("[@:].*$", ""))
                .filter(name -> !name.equals("lo") && !name.equals(BRIDGE))
                .toList();
    }

    /** Chains that are of single pods. */
    public List<String> chains(NetworkNamespace network) throws IOException {
        return network.command("nft", "list", "chains")
                .text()
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("chain CNI-(DN-)?[0-9a-f]{8,}.*"))
                .toList();
    }

    /** Takes away what plugins leave on purpose: the bridge and empty chains. */
    public void takeDown(NetworkNamespace network) throws IOException {
        if (network.command("ip", "link", "show", BRIDGE).run().exitCode() == 0) {
            network.command("ip", "link", "delete", BRIDGE).text();
        }
        network.command("nft", "flush", "ruleset").text();
    }

    @Override
    public void close() throws IOException {
        Command.of("rm", "-rf", "--one-file-system", directory.toString()).text();
    }
}
