// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.time.Duration;

/** The options that stand before the verb. Filled by picocli before a verb runs. */
public final class GlobalOptions {
    @Option(
            names = {"-r", "--runtime-endpoint"},
            paramLabel = "ENDPOINT",
            defaultValue =
                    "${env:CONTAINER_RUNTIME_ENDPOINT:-unix:///run/ristretto/ristretto.sock}",
            description = {
                "Unix socket of a CRI runtime, any runtime's (default: ${DEFAULT-VALUE}).",
                "Environment: CONTAINER_RUNTIME_ENDPOINT."
            })
    private Endpoint endpoint = Endpoint.DEFAULT;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "DURATION",
            description = {
                "How long to wait for an answer, such as 5s or 2m (default: 10s, and 4m for what"
                        + " starts, stops or removes something; pulls end when they end)."
            })
    private @Nullable Duration timeout;

    @Option(
            names = {"-D", "--debug"},
            description = "Show the stack trace of a failure.")
    private boolean debug;

    Endpoint endpoint() {
        return endpoint;
    }

    Patience patience() {
        return timeout == null ? Patience.USUAL : Patience.of(timeout);
    }

    boolean debug() {
        return debug;
    }
}
