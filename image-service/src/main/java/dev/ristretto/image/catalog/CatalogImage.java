// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.catalog;

import dev.ristretto.image.content.ImageIndex.Entry;
import dev.ristretto.image.manifest.ImageConfiguration;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.ImageId;

import java.util.HashSet;
import java.util.Set;

/** One name of an image, with what the image is made of. */
record CatalogImage(Entry entry, Manifest.Image content, ImageConfiguration configuration) {
    ImageId id() {
        return new ImageId(content.config().digest().toString());
    }

    /** All blobs that must stay for it. */
    Set<Digest> blobs() {
        var blobs = new HashSet<>(entry.path());
        blobs.add(entry.manifest().digest());
        blobs.add(content.config().digest());
        content.layers().forEach(layer -> blobs.add(layer.digest()));
        return blobs;
    }

    String name() {
        return entry.reference().toString();
    }
}
