// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.Digest;

import java.util.Map;
import java.util.Optional;

/**
 * A pointer to content (image-spec, descriptor.md): what it is, its hash and its length.
 *
 * @param platform in an index: what the manifest is for
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long sizeBytes,
        Optional<Platform> platform,
        Map<String, String> annotations) {
    public Descriptor {
        if (sizeBytes < 0) {
            throw RuntimeFault.wrongState("descriptor %s has size %d", digest, sizeBytes);
        }
        annotations = Map.copyOf(annotations);
    }

    /** A descriptor without platform and annotations. */
    public static Descriptor of(String mediaType, Digest digest, long sizeBytes) {
        return new Descriptor(mediaType, digest, sizeBytes, Optional.empty(), Map.of());
    }
}
