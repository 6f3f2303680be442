// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.store;

import java.util.List;

/**
 * An image that is whole on this node.
 *
 * @param id the digest of its config
 * @param repoTags familiar references with a tag, for example {@code docker.io/library/busybox:1}
 * @param repoDigests references with a digest, {@code docker.io/library/busybox@sha256:…}
 * @param sizeBytes bytes that its unpacked layers, its config and its manifest take on the disk
 * @param config what it says about processes
 * @param diffIds its layers, base first, {@code sha256:<hex>} of each uncompressed tar
 * @param pinned whether the kubelet's garbage collection must leave it
 */
public record StoredImage(
        ImageId id,
        List<String> repoTags,
        List<String> repoDigests,
        long sizeBytes,
        ImageConfig config,
        List<String> diffIds,
        boolean pinned) {

    public StoredImage {
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        diffIds = List.copyOf(diffIds);
    }
}
