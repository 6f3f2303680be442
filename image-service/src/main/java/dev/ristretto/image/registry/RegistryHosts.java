// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.registry.Endpoint.Capability;
import dev.ristretto.image.registry.TlsSettings.ClientKey;
import dev.ristretto.image.registry.TlsSettings.Verification;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which endpoints serve a registry's images, best first. Reads containerd's directories anew for
 * each pull: {@code <dir>/<host[:port]>}, {@code <dir>/<host>_<port>_} or {@code <dir>/_default}
 * with a {@code hosts.toml}, or with Docker's {@code *.crt} and {@code *.cert}/{@code *.key} files.
 */
public final class RegistryHosts {
    private final List<Path> directories;
    private final Set<String> plainHttpHosts;

    /**
     * @param directories the first that has a directory for a host decides
     * @param plainHttpHosts {@code host[:port]} spoken to without TLS
     */
    public RegistryHosts(List<Path> directories, List<String> plainHttpHosts) {
        this.directories = List.copyOf(directories);
        this.plainHttpHosts = Set.copyOf(new HashSet<>(plainHttpHosts));
    }

    List<Endpoint> endpoints(String registry) {
        var scheme = plainHttpHosts.contains(registry) ? "http" : "https";
        var server = URI.create(scheme + "://" + DockerHub.serving(registry) + "/v2");
        var directory = directoryOf(registry);
        if (directory.isEmpty()) {
            return List.of(direct(server, TlsSettings.SYSTEM));
        }
        if (Files.exists(directory.get().resolve("hosts.toml"))) {
            return HostsToml.read(directory.get(), registry, server);
        }
        return List.of(direct(server, certificatesIn(directory.get())));
    }

    private static Endpoint direct(URI server, TlsSettings tls) {
        return new Endpoint(server, "", EnumSet.allOf(Capability.class), Map.of(), tls);
    }

    private Optional<Path> directoryOf(String registry) {
        for (var directory : directories) {
            for (var name : namesOf(registry)) {
                try {
                    var candidate = directory.resolve(name);
                    if (Files.isDirectory(candidate)) {
                        return Optional.of(candidate);
                    }
                } catch (InvalidPathException e) {
                    throw RuntimeFault.invalidArgument("registry host '%s' names no file", name);
                }
            }
        }
        return Optional.empty();
    }

    /** containerd also takes {@code host_5000_}, for file systems that have no colon in names. */
    private static List<String> namesOf(String registry) {
        int colon = registry.lastIndexOf(':');
        if (colon <= 0 || registry.endsWith("]")) {
            return List.of(registry, "_default");
        }
        var underscored = registry.substring(0, colon) + "_" + registry.substring(colon + 1) + "_";
        return List.of(underscored, registry, "_default");
    }

    private static TlsSettings certificatesIn(Path directory) {
        var authorities = new ArrayList<Path>();
        var keys = new ArrayList<ClientKey>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (name.endsWith(".crt")) {
                    authorities.add(file);
                } else if (name.endsWith(".cert")) {
                    var stem = name.substring(0, name.length() - ".cert".length());
                    keys.add(new ClientKey(file, directory.resolve(stem + ".key")));
                }
            }
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "read %s: %s", directory, e.getMessage());
        }
        return new TlsSettings(authorities, keys, Verification.ON);
    }
}
