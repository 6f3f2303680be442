// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.ImageConfiguration;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.pull.BlobSource;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;

import java.util.List;
import java.util.Map;

/**
 * An image found in an archive.
 *
 * @param references the full names that the archive gives it
 * @param path as in {@link dev.ristretto.image.pull.ImageImport.Publication}
 * @param smallBlobs manifests, indexes and config, checked
 * @param layers base first
 */
record ArchivedImage(
        List<ImageReference> references,
        List<Descriptor> path,
        Manifest.Image content,
        ImageConfiguration configuration,
        Map<Digest, byte[]> smallBlobs,
        List<Layer> layers) {
    ArchivedImage {
        references = List.copyOf(references);
        path = List.copyOf(path);
        smallBlobs = Map.copyOf(smallBlobs);
        layers = List.copyOf(layers);
    }

    ArchivedImage withReference(ImageReference reference) {
        return new ArchivedImage(
                List.of(reference), path, content, configuration, smallBlobs, layers);
    }

    /** A layer and where its blob is. */
    record Layer(Descriptor blob, Digest diffId, BlobSource source) {}
}
