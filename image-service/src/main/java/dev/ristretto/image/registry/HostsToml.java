// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.registry.Endpoint.Capability;
import dev.ristretto.image.registry.TlsSettings.ClientKey;
import dev.ristretto.image.registry.TlsSettings.Verification;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads a {@code hosts.toml} with containerd's meaning: the hosts in the order of the file, then
 * {@code server}, or the registry itself if there is none. Where containerd would pass over a file
 * it cannot read and ask the registry directly, this refuses: a mirror that is silently not used is
 * worse than a pull that says why it did not start.
 */
final class HostsToml {
    private static final TomlMapper MAPPER = new TomlMapper();

    private final Path file;
    private final Path directory;
    private final String registry;

    private HostsToml(Path file, Path directory, String registry) {
        this.file = file;
        this.directory = directory;
        this.registry = registry;
    }

    /**
     * The endpoints that a file lists.
     *
     * @param registry host of the reference, which becomes {@code ?ns=} for all other hosts
     * @param defaultServer base of the registry itself, used if the file has no {@code server}
     */
    static List<Endpoint> read(Path directory, String registry, URI defaultServer) {
        var file = directory.resolve("hosts.toml");
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readString(file));
        } catch (IOException e) {
            throw RuntimeFault.invalidArgument(
                    "read %s: %s",
                    file, String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable"));
        }
        return new HostsToml(file, directory, registry).endpoints(root, defaultServer);
    }

    private List<Endpoint> endpoints(JsonNode root, URI defaultServer) {
        var endpoints = new ArrayList<Endpoint>();
        var hosts = root.path("host");
        if (!hosts.isMissingNode() && !hosts.isObject()) {
            throw wrong("host", "is not a table; write [host.\"https://mirror.example\"]");
        }
        for (var host : hosts.properties()) {
            var path = "host.\"" + host.getKey() + "\"";
            if (!host.getValue().isObject()) {
                throw wrong(path, "is not a table");
            }
            endpoints.add(endpoint(path, host.getKey(), host.getValue()));
        }
        var server = root.path("server");
        if (server.isMissingNode() || server.asText().isEmpty()) {
            endpoints.add(endpoint("", defaultServer, root));
        } else {
            endpoints.add(endpoint("", text("server", server), root));
        }
        return List.copyOf(endpoints);
    }

    private Endpoint endpoint(String path, String address, JsonNode table) {
        var withScheme =
                address.startsWith("http://") || address.startsWith("https://")
                        ? address
                        : "https://" + address;
        URI uri;
        try {
            uri = URI.create(withScheme).normalize();
        } catch (IllegalArgumentException e) {
            throw wrong(path, "is not an address: '%s'".formatted(address));
        }
        if (uri.getAuthority() == null || uri.getUserInfo() != null) {
            throw wrong(
                    path, "is not an address of scheme, host and path: '%s'".formatted(address));
        }
        return endpoint(path, base(uri, flag(path, table, "override_path")), table);
    }

    private Endpoint endpoint(String path, URI base, JsonNode table) {
        var own = DockerHub.serving(registry).equals(base.getAuthority());
        return new Endpoint(
                base,
                own ? "" : registry,
                capabilities(path, table),
                headers(path, table),
                new TlsSettings(
                        files(path + ".ca", table.path("ca")),
                        clientKeys(path + ".client", table.path("client")),
                        flag(path, table, "skip_verify") ? Verification.OFF : Verification.ON));
    }

    /** The path ends in {@code /v2} unless the file says that it is complete as it is. */
    private static URI base(URI uri, boolean overridePath) {
        var path = uri.getPath() == null ? "" : uri.getPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (!overridePath && !path.endsWith("/v2")) {
            path += "/v2";
        }
        return URI.create(uri.getScheme() + "://" + uri.getAuthority() + path);
    }

    private Set<Capability> capabilities(String path, JsonNode table) {
        var list = table.path("capabilities");
        if (list.isMissingNode() || list.isEmpty()) {
            return EnumSet.allOf(Capability.class);
        }
        var capabilities = EnumSet.noneOf(Capability.class);
        for (var entry : list) {
            var name = entry.asText().toLowerCase(Locale.ROOT);
            switch (name) {
                case "pull" -> capabilities.add(Capability.PULL);
                case "resolve" -> capabilities.add(Capability.RESOLVE);
                case "push" -> capabilities.add(Capability.PUSH);
                default ->
                        throw wrong(
                                path + ".capabilities",
                                "has '%s'; pull, resolve and push are known".formatted(name));
            }
        }
        return capabilities;
    }

    private Map<String, List<String>> headers(String path, JsonNode table) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (var header : table.path("header").properties()) {
            var name = path + ".header." + header.getKey();
            headers.put(header.getKey(), texts(name, header.getValue()));
        }
        return headers;
    }

    /** {@code "both.pem"}, {@code ["both.pem", …]} or {@code [["cert.pem", "key.pem"], …]}. */
    private List<ClientKey> clientKeys(String path, JsonNode value) {
        if (value.isMissingNode()) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(clientKey(path, List.of(value.asText())));
        }
        var keys = new ArrayList<ClientKey>();
        for (var entry : value) {
            keys.add(clientKey(path, texts(path, entry)));
        }
        return keys;
    }

    private ClientKey clientKey(String path, List<String> files) {
        return switch (files.size()) {
            case 1 -> new ClientKey(resolve(files.get(0)), resolve(files.get(0)));
            case 2 -> {
                var key = files.get(1).isEmpty() ? files.get(0) : files.get(1);
                yield new ClientKey(resolve(files.get(0)), resolve(key));
            }
            default ->
                    throw wrong(
                            path, "has %d files; a pair is [cert, key]".formatted(files.size()));
        };
    }

    private List<Path> files(String path, JsonNode value) {
        return value.isMissingNode()
                ? List.of()
                : texts(path, value).stream().map(this::resolve).toList();
    }

    private Path resolve(String name) {
        return directory.resolve(name);
    }

    private List<String> texts(String path, JsonNode value) {
        if (value.isTextual()) {
            return List.of(value.asText());
        }
        if (!value.isArray()) {
            throw wrong(path, "is neither a string nor a list of strings");
        }
        var texts = new ArrayList<String>();
        for (var entry : value) {
            texts.add(text(path, entry));
        }
        return texts;
    }

    private String text(String path, JsonNode value) {
        if (!value.isTextual()) {
            throw wrong(path, "is not a string");
        }
        return value.asText();
    }

    private boolean flag(String path, JsonNode table, String name) {
        @Nullable JsonNode value = table.get(name);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            throw wrong(path + "." + name, "is neither true nor false");
        }
        return value.booleanValue();
    }

    private RuntimeFault wrong(String path, String what) {
        return RuntimeFault.invalidArgument(
                "read %s: %s %s", file, path.startsWith(".") ? path.substring(1) : path, what);
    }
}
