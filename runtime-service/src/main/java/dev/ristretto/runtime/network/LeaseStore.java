// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.file.DurableFile;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The leases on disk: {@code <podSandboxId>.json}, replaced atomically. Not thread-safe. */
final class LeaseStore {
    private static final String SUFFIX = ".json";
    private static final int SCHEMA_VERSION = 1;

    private final Path directory;
    private final ObjectMapper json = new ObjectMapper();

    LeaseStore(Path directory) {
        this.directory = directory;
    }

    /** Every lease, sorted by id; unfinished writes of a crashed daemon are removed. */
    List<Lease> load() throws IOException {
        Files.createDirectories(directory);
        List<Path> files;
        try (var entries = Files.list(directory)) {
            files = entries.sorted().toList();
        }
        var leases = new ArrayList<Lease>();
        for (var file : files) {
            if (DurableFile.isTemporary(file)) {
                Files.deleteIfExists(file);
            } else if (file.toString().endsWith(SUFFIX)) {
                leases.add(read(file));
            }
        }
        return leases;
    }

    void save(Lease lease) throws IOException {
        DurableFile.replace(file(lease.podSandboxId()), json.writeValueAsBytes(toJson(lease)));
    }

    void delete(String podSandboxId) throws IOException {
        Files.deleteIfExists(file(podSandboxId));
    }

    private Path file(String podSandboxId) {
        return directory.resolve(podSandboxId + SUFFIX);
    }

    private ObjectNode toJson(Lease lease) {
        var node = json.createObjectNode();
        node.put("schemaVersion", SCHEMA_VERSION);
        node.put("podSandboxId", lease.podSandboxId());
        node.put("podName", lease.podName());
        node.put("index", lease.index());
        var ips = node.putArray("ips");
        lease.ips().forEach(ip -> ips.add(IpText.of(ip)));
        node.put("hostInterfaceName", lease.hostInterfaceName());
        var mappings = node.putArray("portMappings");
        for (var mapping : lease.portMappings()) {
            var entry = mappings.addObject();
            entry.put("protocol", mapping.protocol().name());
            entry.put("containerPort", mapping.containerPort());
            entry.put("hostPort", mapping.hostPort());
            entry.put("hostIp", mapping.hostAddress().map(IpText::of).orElse(""));
        }
        return node;
    }

    private Lease read(Path file) throws IOException {
        try {
            return fromJson(json.readTree(Files.readAllBytes(file)));
        } catch (IOException | RuntimeException e) {
            throw new IOException("read network lease %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Lease fromJson(JsonNode node) {
        int version = node.required("schemaVersion").asInt();
        if (version != SCHEMA_VERSION) {
            throw new IllegalArgumentException(
                    "schemaVersion %d is not %d".formatted(version, SCHEMA_VERSION));
        }
        var ips = new ArrayList<InetAddress>();
        node.required("ips").forEach(ip -> ips.add(InetAddress.ofLiteral(ip.asText())));
        var mappings = new ArrayList<PortMapping>();
        for (var entry : node.required("portMappings")) {
            mappings.add(
                    PortMapping.of(
                            PortProtocol.valueOf(entry.required("protocol").asText()),
                            entry.required("containerPort").asInt(),
                            entry.required("hostPort").asInt(),
                            entry.required("hostIp").asText()));
        }
        return new Lease(
                node.required("podSandboxId").asText(),
                node.required("podName").asText(),
                node.required("index").asInt(),
                ips,
                node.required("hostInterfaceName").asText(),
                mappings);
    }
}
