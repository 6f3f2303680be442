// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.pull.ImageImport;
import dev.ristretto.image.pull.ImageImport.Publication;
import dev.ristretto.image.pull.ImageImports;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.Images;
import dev.ristretto.image.store.StoredImage;
import dev.ristretto.image.unpack.BadLayerException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Load: images from an archive or a layout directory, without a registry. */
public final class LoadImages {
    private final ImageImports imports;
    private final Images images;
    private final Settings settings;

    public LoadImages(ImageImports imports, Images images, Settings settings) {
        this.imports = imports;
        this.images = images;
        this.settings = settings;
    }

    /**
     * Brings all images of an archive. All their content is brought and checked before the first
     * becomes visible.
     *
     * @param path a directory with an OCI image layout, or a tar (plain, gzip or zstd) of one, or
     *     what {@code docker save} wrote
     * @param reference the name of the one image that carries none
     */
    public List<StoredImage> run(Path path, Optional<ImageReference> reference) throws IOException {
        if (!Files.exists(path)) {
            throw RuntimeFault.notFound("load %s: there is no such file", path);
        }
        try (var archive = open(path);
                var image = imports.begin()) {
            var found = named(path, images(path, archive), reference);
            for (var archived : found) {
                add(archived, image);
            }
            var ids = new LinkedHashSet<ImageId>();
            for (var archived : found) {
                ids.add(publish(archived, image));
            }
            return ids.stream().flatMap(id -> images.find(id.value()).stream()).toList();
        } catch (BadLayerException e) {
            throw RuntimeFault.wrongState("load %s: %s", path, e.getMessage());
        } catch (IOException e) {
            var words = String.valueOf(e.getMessage());
            if (words.contains("No space left on device")) {
                throw RuntimeFault.exhausted(
                        e, "load %s: %s; free space in the state directory", path, words);
            }
            throw e;
        }
    }

    private Archive open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return new DirectoryArchive(path.normalize());
        }
        if (!Files.isRegularFile(path)) {
            throw RuntimeFault.invalidArgument("load %s: it is no file and no directory", path);
        }
        return TarArchive.open(path, settings.scratch, settings.maxBytes);
    }

    private List<ArchivedImage> images(Path path, Archive archive) throws IOException {
        // Docker since 25 writes both; the index has the digests.
        var index = archive.find(OciArchive.INDEX);
        if (index.isPresent()) {
            return new OciArchive(archive, settings.platform).images(index.get());
        }
        var manifest = archive.find(DockerArchive.MANIFEST);
        if (manifest.isPresent()) {
            return new DockerArchive(archive).images(manifest.get());
        }
        throw RuntimeFault.invalidArgument(
                "load %s: it has neither index.json (an OCI image layout) nor manifest.json"
                        + " (docker save)",
                path);
    }

    /** Every image with a name, or none is loaded. */
    private static List<ArchivedImage> named(
            Path path, List<ArchivedImage> images, Optional<ImageReference> reference) {
        if (images.isEmpty()) {
            throw RuntimeFault.invalidArgument("load %s: there is no image in it", path);
        }
        long nameless = images.stream().filter(image -> image.references().isEmpty()).count();
        if (nameless > 0 && reference.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "load %s: it has an image without a full name; give a reference for it", path);
        }
        if (nameless > 1) {
            throw RuntimeFault.invalidArgument(
                    "load %s: it has %d images without a full name, and one reference does not"
                            + " name them all; load them one by one",
                    path, nameless);
        }
        var named = new ArrayList<ArchivedImage>();
        for (var image : images) {
            named.add(
                    image.references().isEmpty()
                            ? image.withReference(reference.orElseThrow())
                            : image);
        }
        return named;
    }

    private static void add(ArchivedImage archived, ImageImport image) throws IOException {
        for (var blob : archived.smallBlobs().entrySet()) {
            image.add(blob.getKey(), blob.getValue());
        }
        for (var layer : archived.layers()) {
            image.addLayer(layer.blob(), layer.diffId(), layer.source());
        }
    }

    private static ImageId publish(ArchivedImage archived, ImageImport image) throws IOException {
        ImageId id = new ImageId(archived.content().config().digest().toString());
        for (var reference : archived.references()) {
            id =
                    image.publish(
                            new Publication(
                                    reference,
                                    archived.path(),
                                    archived.content(),
                                    archived.configuration()));
        }
        return id;
    }

    /**
     * @param platform which image of several an index is asked for
     * @param scratch a directory for an archive that must be inflated first
     * @param maxBytes how large an archive may become that is inflated
     */
    public record Settings(Platform platform, Path scratch, long maxBytes) {}
}
