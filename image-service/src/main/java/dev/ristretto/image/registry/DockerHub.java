// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.util.Locale;

/** The one registry whose name in references is not the name of its host. */
final class DockerHub {
    static final String NAME = "docker.io";
    private static final String HOST = "registry-1.docker.io";

    private DockerHub() {}

    /** The host that serves a reference's host. */
    static String serving(String host) {
        return host.equals(NAME) ? HOST : host;
    }

    /** One name for all the hosts that Docker Hub is called by. */
    static String canonical(String host) {
        var lower = host.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case HOST, "index.docker.io", "registry.hub.docker.com" -> NAME;
            default -> lower;
        };
    }
}
