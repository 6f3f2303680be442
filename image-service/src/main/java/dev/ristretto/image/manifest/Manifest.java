// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import dev.ristretto.fault.RuntimeFault;

import java.util.List;
import java.util.stream.Collectors;

/** What a tag or a digest of a registry points to. */
public sealed interface Manifest {
    /** The media type it declares, or that its shape implies. */
    String mediaType();

    /** One image for one platform: a configuration and layers, base first. */
    record Image(String mediaType, Descriptor config, List<Descriptor> layers) implements Manifest {
        public Image {
            layers = List.copyOf(layers);
        }
    }

    /** A choice of manifests, usually one per platform; a manifest may be an index again. */
    record Index(String mediaType, List<Descriptor> manifests) implements Manifest {
        public Index {
            manifests = List.copyOf(manifests);
        }

        /**
         * The manifest for a machine of this platform; the best if there are several, the first
         * among equals. An entry without platform is taken only if none fits.
         *
         * @throws RuntimeFault {@code NOT_FOUND} that lists the platforms there are
         */
        public Descriptor choose(Platform host) {
            for (var wanted : host.runnable()) {
                for (var candidate : manifests) {
                    if (candidate.platform().filter(wanted::equals).isPresent()
                            && isManifest(candidate)) {
                        return candidate;
                    }
                }
            }
            return manifests.stream()
                    .filter(m -> m.platform().isEmpty() && isManifest(m))
                    .findFirst()
                    .orElseThrow(() -> noneFor(host));
        }

        private RuntimeFault noneFor(Platform host) {
            var there =
                    manifests.stream()
                            .flatMap(m -> m.platform().stream())
                            .filter(p -> !p.os().equals("unknown"))
                            .map(Platform::toString)
                            .distinct()
                            .limit(20)
                            .collect(Collectors.joining(", "));
            return RuntimeFault.notFound(
                    "no manifest for platform %s in the image index; it has %s",
                    host, there.isEmpty() ? "no platforms" : there);
        }

        private static boolean isManifest(Descriptor candidate) {
            return MediaTypes.isImageManifest(candidate.mediaType())
                    || MediaTypes.isIndex(candidate.mediaType());
        }
    }
}
