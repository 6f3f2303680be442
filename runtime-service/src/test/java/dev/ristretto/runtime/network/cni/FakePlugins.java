// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Plugins that are shell scripts: they write down what they are asked, and do what is said. */
final class FakePlugins {
    static final String RESULT =
            """
            {"cniVersion": "1.0.0",
             "interfaces": [{"name": "cni0"}, {"name": "veth1"},
                            {"name": "eth0", "sandbox": "/x"}],
             "ips": [{"address": "10.9.0.2/24", "gateway": "10.9.0.1", "interface": 2},
                     {"address": "fd09::2/64", "interface": 2}]}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    FakePlugins(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(bin());
        Files.createDirectories(config());
    }

    Path bin() {
        return directory.resolve("bin");
    }

    Path config() {
        return directory.resolve("net.d");
    }

    CniSettings settings(Duration patience) {
        return new CniSettings(config(), List.of(bin()), patience, directory.resolve("state"));
    }

    /** Installs one; ADD answers {@link #RESULT}, all else nothing. */
    FakePlugins install(String type) throws IOException {
        var script =
                """
                #!/bin/sh
                cat >"%2$s/%1$s.$CNI_COMMAND.stdin"
                echo "%1$s $CNI_COMMAND ${CNI_CONTAINERID:--} ${CNI_NETNS:--}" >>%2$s/calls
                if [ -e "%2$s/%1$s.$CNI_COMMAND" ]; then . "%2$s/%1$s.$CNI_COMMAND"; fi
                if [ "$CNI_COMMAND" = ADD ]; then cat %2$s/result; fi
                """
                        .formatted(type, directory);
        Files.writeString(directory.resolve("result"), RESULT);
        // Written aside: a script that is open for writing cannot be executed (ETXTBSY).
        var file = directory.resolve(type + ".new");
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(file, bin().resolve(type));
        return this;
    }

    void uninstall(String type) throws IOException {
        Files.delete(bin().resolve(type));
    }

    /** What it does when it is asked this, before it answers. */
    FakePlugins on(String type, String command, String script) throws IOException {
        Files.writeString(directory.resolve(type + "." + command), script + "\n");
        return this;
    }

    /** It does as usual again. */
    void asUsual(String type, String command) throws IOException {
        Files.delete(directory.resolve(type + "." + command));
    }

    /** Answers with an error of the specification. */
    FakePlugins refuse(String type, String command, int code) throws IOException {
        return on(
                type,
                command,
                "echo '{\"cniVersion\":\"1.0.0\",\"code\":%d,\"msg\":\"no\",\"details\":\"really"
                                .formatted(code)
                        + " not\"}'; exit 1");
    }

    FakePlugins configure(String file, String content) throws IOException {
        Files.writeString(config().resolve(file), content);
        return this;
    }

    /** A network of these plugins. */
    FakePlugins network(String version, String... types) throws IOException {
        var plugins = JSON.createArrayNode();
        for (var type : types) {
            plugins.addObject().put("type", type);
        }
        return configure(
                "10-test.conflist",
                "{\"cniVersion\": \"%s\", \"name\": \"testnet\", \"plugins\": %s}"
                        .formatted(version, plugins));
    }

    /** Every call so far: {@code type command pod netns}. */
    List<String> calls() throws IOException {
        var calls = directory.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    /** The same, without pod and namespace. */
    List<String> commands() throws IOException {
        return calls().stream()
                .map(call -> call.substring(0, call.indexOf(' ', call.indexOf(' ') + 1)))
                .toList();
    }

    /** What a plugin read when it was last asked this. */
    JsonNode input(String type, String command) throws IOException {
        return JSON.readTree(Files.readString(directory.resolve(type + "." + command + ".stdin")));
    }

    /** A file of the test's own. */
    Path file(String name) {
        return directory.resolve(name);
    }
}
