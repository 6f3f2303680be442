// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import picocli.CommandLine.Option;

import runtime.v1.AuthConfig;

import java.util.Optional;

/** How to log in to a registry. */
final class Credentials {
    @Option(
            names = "--creds",
            paramLabel = "USER[:PASSWORD]",
            defaultValue = "",
            description = "Log in to the registry as this user.")
    private String creds = "";

    @Option(
            names = "--auth",
            paramLabel = "BASE64",
            defaultValue = "",
            description = "The same, encoded: the 'auth' of a docker config file.")
    private String auth = "";

    Optional<AuthConfig> auth() {
        if (!creds.isEmpty()) {
            int colon = creds.indexOf(':');
            return Optional.of(
                    AuthConfig.newBuilder()
                            .setUsername(colon < 0 ? creds : creds.substring(0, colon))
                            .setPassword(colon < 0 ? "" : creds.substring(colon + 1))
                            .build());
        }
        return auth.isEmpty()
                ? Optional.empty()
                : Optional.of(AuthConfig.newBuilder().setAuth(auth).build());
    }
}
