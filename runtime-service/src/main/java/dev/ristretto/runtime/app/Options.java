// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.fault.RuntimeFault;

import java.nio.file.Path;

/** What the command line asks of the daemon. */
sealed interface Options {
    /** Show the usage. */
    record Help(String text) implements Options {}

    /** Show the configuration in force. */
    record PrintConfig(ConfigPath file) implements Options {}

    /** Serve. */
    record Serve(ConfigPath file) implements Options {}

    /** A configuration file; one that was not asked for by name may be missing. */
    record ConfigPath(Path path, boolean given) {}

    /** The text of {@code --help}. */
    String USAGE =
            """
            Usage: ristrettod [--config FILE] [--print-config]
            Serves the Kubernetes Container Runtime Interface (CRI v1) on a unix socket.

              --config FILE    configuration in YAML (default: /etc/ristretto/config.yaml, if it exists)
              --print-config   show the configuration in force and end
              --help           show this and end

            Every key is described in docs/configuration.md. Stopping the daemon stops no container.
            """;

    /**
     * Reads the command line.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} naming the option
     */
    static Options parse(String... arguments) {
        var file = new ConfigPath(Ristrettod.defaultConfigPath(), false);
        boolean print = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--help", "-h" -> {
                    return new Help(USAGE);
                }
                case "--print-config" -> print = true;
                case "--config", "-c" -> {
                    if (++i == arguments.length) {
                        throw RuntimeFault.invalidArgument("--config needs a file; see --help");
                    }
                    file = new ConfigPath(Path.of(arguments[i]), true);
                }
                default ->
                        throw RuntimeFault.invalidArgument(
                                "option '%s' does not exist; see --help", arguments[i]);
            }
        }
        return print ? new PrintConfig(file) : new Serve(file);
    }
}
