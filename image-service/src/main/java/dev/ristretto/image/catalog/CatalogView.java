// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.catalog;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.content.ImageIndex.Entry;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.StoredImage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/** All images at one moment. Never changes: a change makes another one. */
final class CatalogView {
    private static final String ALGORITHM = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{3,64}");
    private static final int FULL_HEX = 64;

    private final List<CatalogImage> images;
    private final ToLongFunction<CatalogImage> sizeBytes;
    private final SortedMap<String, StoredImage> byId = new TreeMap<>();
    private final Map<String, ImageId> byName = new HashMap<>();
    private final Set<Digest> blobs = new HashSet<>();
    private final Set<Digest> diffIds = new HashSet<>();

    /**
     * @param images in the order in which they got their names; no name twice
     * @param sizeBytes what an image takes on the disk
     */
    CatalogView(List<CatalogImage> images, ToLongFunction<CatalogImage> sizeBytes) {
        this.images = List.copyOf(images);
        this.sizeBytes = sizeBytes;
        var sameId = new TreeMap<String, List<CatalogImage>>();
        for (var image : images) {
            sameId.computeIfAbsent(image.id().value(), _ -> new ArrayList<>()).add(image);
            byName.put(image.name(), image.id());
            blobs.addAll(image.blobs());
            diffIds.addAll(image.configuration().diffIds());
        }
        sameId.forEach((id, names) -> byId.put(id, stored(names)));
    }

    private StoredImage stored(List<CatalogImage> names) {
        var first = names.getFirst();
        var repoTags = new LinkedHashSet<String>();
        var repoDigests = new LinkedHashSet<String>();
        for (var name : names) {
            var reference = name.entry().reference();
            reference.repoTag().ifPresent(repoTags::add);
            repoDigests.add(reference.repoDigest(name.entry().root()));
        }
        return new StoredImage(
                first.id(),
                List.copyOf(repoTags),
                List.copyOf(repoDigests),
                sizeBytes.applyAsLong(first),
                first.configuration().config(),
                first.configuration().diffIds().stream().map(Digest::toString).toList(),
                /* pinned= */ false);
    }

    List<StoredImage> list() {
        return List.copyOf(byId.values());
    }

    Optional<StoredImage> find(String idOrReference) {
        boolean prefixed = idOrReference.startsWith(ALGORITHM);
        var hex = prefixed ? idOrReference.substring(ALGORITHM.length()) : idOrReference;
        if (prefixed || hex.length() == FULL_HEX) {
            if (HEX.matcher(hex).matches()) {
                return byPrefix(hex);
            }
            if (prefixed) {
                throw RuntimeFault.invalidArgument(
                        "image id '%s' is not sha256: and 3 to 64 lowercase hex digits",
                        idOrReference);
            }
        }
        var named = byReference(ImageReference.parse(idOrReference));
        // 'cafe' can be a name and the beginning of an id; the name was chosen by somebody.
        return named.isEmpty() && HEX.matcher(hex).matches() ? byPrefix(hex) : named;
    }

    Optional<StoredImage> find(ImageId id) {
        return Optional.ofNullable(byId.get(id.value()));
    }

    /** The parts of an image. */
    Optional<CatalogImage> content(ImageId id) {
        return images.stream().filter(image -> image.id().equals(id)).findFirst();
    }

    private Optional<StoredImage> byReference(ImageReference reference) {
        var name = reference.digest().map(reference::repoDigest).orElse(reference.toString());
        return Optional.ofNullable(byName.get(name)).flatMap(this::find);
    }

    private Optional<StoredImage> byPrefix(String hex) {
        var found = byId.subMap(ALGORITHM + hex, ALGORITHM + hex + "g"); // 'g' follows the digits
        if (found.size() > 1) {
            throw RuntimeFault.invalidArgument(
                    "image id '%s' is ambiguous: %d images begin with it", hex, found.size());
        }
        return found.values().stream().findFirst();
    }

    /** Whether images have these names and no others have them. */
    boolean has(List<CatalogImage> names) {
        return names.stream().allMatch(name -> entries().contains(name.entry()));
    }

    /** With an image under these names, which other images no longer have. */
    CatalogView with(List<CatalogImage> added) {
        var names = new HashSet<String>();
        added.forEach(image -> names.add(image.name()));
        var next = new ArrayList<>(images);
        next.removeIf(image -> names.contains(image.name()));
        next.addAll(added);
        return new CatalogView(next, sizeBytes);
    }

    CatalogView without(ImageId id) {
        return new CatalogView(
                images.stream().filter(image -> !image.id().equals(id)).toList(), sizeBytes);
    }

    List<Entry> entries() {
        return images.stream().map(CatalogImage::entry).toList();
    }

    List<CatalogImage> images() {
        return images;
    }

    /** Blobs that must stay for these images. */
    Set<Digest> blobs() {
        return Collections.unmodifiableSet(blobs);
    }

    /** Layers that must stay for these images. */
    Set<Digest> diffIds() {
        return Collections.unmodifiableSet(diffIds);
    }
}
