// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.image.store.ImageConfig;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.Images;
import dev.ristretto.image.store.StoredImage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Images by their first tag. There is one to begin with, {@link #WEB}. */
public final class FakeImages implements Images {
    /** An image with everything that a process can get of it. */
    public static final StoredImage WEB =
            new StoredImage(
                    new ImageId("sha256:" + "1a".repeat(32)),
                    List.of("docker.io/library/web:1"),
                    List.of("docker.io/library/web@sha256:" + "2b".repeat(32)),
                    1_000_000,
                    new ImageConfig(
                            "web",
                            List.of("LANG=C"),
                            List.of("/bin/web"),
                            List.of("--serve"),
                            "/www",
                            Set.of("/cache"),
                            "SIGQUIT",
                            Map.of(),
                            "linux",
                            "amd64"),
                    List.of("sha256:" + "3c".repeat(32)),
                    false);

    private final List<StoredImage> images = new ArrayList<>(List.of(WEB));

    /** Another one. */
    public synchronized void add(StoredImage image) {
        images.add(image);
    }

    @Override
    public synchronized Optional<StoredImage> find(String idOrReference) {
        return images.stream()
                .filter(
                        image ->
                                image.id().value().equals(idOrReference)
                                        || image.repoTags().contains(idOrReference))
                .findFirst();
    }

    @Override
    public synchronized List<StoredImage> list() {
        return List.copyOf(images);
    }
}
