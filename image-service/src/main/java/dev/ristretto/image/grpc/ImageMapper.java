// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import dev.ristretto.image.registry.Credentials;
import dev.ristretto.image.registry.Credentials.AuthFields;
import dev.ristretto.image.store.StoredImage;

import runtime.v1.AuthConfig;
import runtime.v1.FilesystemIdentifier;
import runtime.v1.FilesystemUsage;
import runtime.v1.Image;
import runtime.v1.Int64Value;
import runtime.v1.UInt64Value;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Proto messages into records and back. */
final class ImageMapper {
    private static final JsonMapper MAPPER = new JsonMapper();

    private ImageMapper() {}

    static Credentials credentials(AuthConfig auth) {
        return Credentials.of(
                new AuthFields(
                        auth.getUsername(),
                        auth.getPassword(),
                        auth.getAuth(),
                        auth.getServerAddress(),
                        auth.getIdentityToken(),
                        auth.getRegistryToken()));
    }

    static Image toProto(StoredImage image) {
        var proto =
                Image.newBuilder()
                        .setId(image.id().value())
                        .addAllRepoTags(image.repoTags())
                        .addAllRepoDigests(image.repoDigests())
                        .setSize(image.sizeBytes())
                        .setPinned(image.pinned());
        // Either uid or username, never both: the kubelet checks runAsNonRoot against them.
        var user = image.config().user().split(":", 2)[0];
        if (user.matches("[0-9]{1,18}")) {
            proto.setUid(Int64Value.newBuilder().setValue(Long.parseLong(user)));
        } else {
            proto.setUsername(user);
        }
        return proto.build();
    }

    /** The verbose info, shaped as containerd's: {@code imageSpec} is an OCI configuration. */
    static String toJson(StoredImage image) {
        var config = image.config();
        var root = MAPPER.createObjectNode();
        var spec = root.putObject("imageSpec");
        spec.put("architecture", config.architecture()).put("os", config.os());
        var process = spec.putObject("config").put("User", config.user());
        config.env().forEach(process.putArray("Env")::add);
        config.entrypoint().forEach(process.putArray("Entrypoint")::add);
        config.cmd().forEach(process.putArray("Cmd")::add);
        process.put("WorkingDir", config.workingDir()).put("StopSignal", config.stopSignal());
        var volumes = process.putObject("Volumes");
        config.volumes().stream().sorted().forEach(volumes::putObject);
        var labels = process.putObject("Labels");
        config.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(label -> labels.put(label.getKey(), label.getValue()));
        ArrayNode diffIds = spec.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        image.diffIds().forEach(diffIds::add);
        return root.toString();
    }

    static FilesystemUsage toProto(FilesystemUse use, Instant now) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano())
                .setFsId(
                        FilesystemIdentifier.newBuilder().setMountpoint(use.directory().toString()))
                .setUsedBytes(UInt64Value.newBuilder().setValue(use.bytes()))
                .setInodesUsed(UInt64Value.newBuilder().setValue(use.inodes()))
                .build();
    }
}
