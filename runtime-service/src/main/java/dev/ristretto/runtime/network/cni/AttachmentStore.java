// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.file.DurableFile;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Attachments on the disk, {@code <podSandboxId>.json}. They are synced: addresses that IPAM
 * plugins gave away are on the disk too, and survive a power cut. Not thread-safe for one pod.
 */
final class AttachmentStore {
    private static final Logger LOG = Logger.getLogger(AttachmentStore.class);
    private static final String SUFFIX = ".json";
    private static final int SCHEMA_VERSION = 1;

    private final Path directory;
    private final ObjectMapper json = new ObjectMapper();

    AttachmentStore(Path directory) {
        this.directory = directory;
    }

    /**
     * What earlier daemons left. A file that cannot be read is set aside: what it was of cannot be
     * given back, but must not keep all others from being so.
     *
     * @throws IOException if one is another version's
     */
    List<Attachment> load() throws IOException {
        Files.createDirectories(directory);
        List<Path> files;
        try (var entries = Files.list(directory)) {
            files = entries.sorted().toList();
        }
        var attachments = new ArrayList<Attachment>();
        for (var file : files) {
            if (DurableFile.isTemporary(file)) {
                Files.deleteIfExists(file);
            } else if (file.toString().endsWith(SUFFIX)) {
                read(file).ifPresent(attachments::add);
            }
        }
        return attachments;
    }

    void save(Attachment attachment) throws IOException {
        DurableFile.replaceAndSync(
                file(attachment.podSandboxId()), json.writeValueAsBytes(toJson(attachment)));
    }

    void delete(String podSandboxId) throws IOException {
        Files.deleteIfExists(file(podSandboxId));
    }

    private Path file(String podSandboxId) {
        return directory.resolve(podSandboxId + SUFFIX);
    }

    private ObjectNode toJson(Attachment attachment) {
        var node = json.createObjectNode();
        node.put("schemaVersion", SCHEMA_VERSION);
        node.put("podSandboxId", attachment.podSandboxId());
        node.put("podName", attachment.pod().podName());
        node.put("phase", attachment.phase().name());
        node.put("netns", attachment.netns().path());
        node.put("netnsProcess", attachment.netns().process());
        node.put("args", attachment.arguments().args());
        node.putObject("capabilityArgs").setAll(attachment.arguments().capabilityArgs());
        node.set("config", attachment.list().toJson());
        attachment.result().ifPresent(result -> node.set("result", result.json()));
        return node;
    }

    private Optional<Attachment> read(Path file) throws IOException {
        JsonNode node;
        try {
            node = json.readTree(Files.readAllBytes(file));
            requireVersion(file, node.required("schemaVersion").asInt());
            return Optional.of(fromJson(node));
        } catch (JsonProcessingException | RuntimeException e) {
            var aside = file.resolveSibling(file.getFileName() + ".damaged");
            LOG.errorf(
                    "CNI attachment %s is damaged (%s): set aside as %s; what its plugins hold is"
                            + " not given back",
                    file, e.getMessage(), aside);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            return Optional.empty();
        }
    }

    private static void requireVersion(Path file, int version) throws IOException {
        if (version != SCHEMA_VERSION) {
            throw new IOException(
                    "read %s: schemaVersion is %d, but this daemon knows %d; start the ristrettod"
                                    .formatted(file, version, SCHEMA_VERSION)
                            + " that wrote it");
        }
    }

    private static Attachment fromJson(JsonNode node) {
        var capabilityArgs = new TreeMap<String, JsonNode>();
        node.required("capabilityArgs")
                .properties()
                .forEach(entry -> capabilityArgs.put(entry.getKey(), entry.getValue()));
        return new Attachment(
                new Attachment.Pod(
                        node.required("podSandboxId").asText(), node.required("podName").asText()),
                NetworkConfigList.fromJson(node.required("config")),
                new NetnsRef(
                        node.required("netns").asText(), node.required("netnsProcess").asText()),
                new Attachment.Arguments(node.required("args").asText(), capabilityArgs),
                Attachment.Phase.valueOf(node.required("phase").asText()),
                node.path("result") instanceof ObjectNode result
                        ? Optional.of(new CniResult(result))
                        : Optional.empty());
    }
}
