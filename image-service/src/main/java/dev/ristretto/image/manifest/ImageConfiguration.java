// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.ImageConfig;

import java.util.List;

/**
 * The blob whose digest is the image's id (image-spec, config.md).
 *
 * @param config what it says about processes
 * @param platform what it was built for; without variant if it names none
 * @param diffIds digests of the uncompressed layers, base first
 */
public record ImageConfiguration(ImageConfig config, Platform platform, List<Digest> diffIds) {
    public ImageConfiguration {
        diffIds = List.copyOf(diffIds);
    }

    /**
     * Checks that this belongs to a manifest: one diffID for each layer.
     *
     * @throws RuntimeFault {@code WRONG_STATE} with both counts
     */
    public void checkAgainst(Manifest.Image manifest) {
        if (diffIds.size() != manifest.layers().size()) {
            throw RuntimeFault.wrongState(
                    "image config %s lists %d diff_ids but its manifest has %d layers",
                    manifest.config().digest(), diffIds.size(), manifest.layers().size());
        }
    }
}
