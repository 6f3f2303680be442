// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static dev.ristretto.image.unpack.TarBuilder.bytes;

import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.pull.ImageImport;
import dev.ristretto.image.pull.ImageImport.Publication;
import dev.ristretto.image.pull.ImageImports;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.unpack.TarBuilder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An image in memory.
 *
 * @param tars its layers, base first, uncompressed
 * @param blobs the same as they are stored
 */
public record ImageFixture(List<byte[]> tars, List<byte[]> blobs, byte[] config, byte[] manifest) {
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    /** With layers stored as they are. */
    public static ImageFixture plain(String command, byte[]... tars) {
        return of(command, Arrays.asList(tars), Arrays.asList(tars), LAYER);
    }

    /** With layers compressed by gzip. */
    public static ImageFixture gzip(String command, byte[]... tars) {
        var blobs = Stream.of(tars).map(TarBuilder::gzip).toList();
        return of(command, Arrays.asList(tars), blobs, LAYER + "+gzip");
    }

    private static ImageFixture of(
            String command, List<byte[]> tars, List<byte[]> blobs, String mediaType) {
        return of(
                command,
                tars.stream().map(tar -> Digest.sha256(tar)).toList(),
                tars,
                blobs,
                mediaType);
    }

    private static ImageFixture of(
            String command,
            List<Digest> layers,
            List<byte[]> tars,
            List<byte[]> blobs,
            String mediaType) {
        var diffIds =
                layers.stream().map(layer -> "\"" + layer + "\"").collect(Collectors.joining(","));
        var config =
                bytes(
                        """
                        {"os":"linux","architecture":"amd64","config":{"Cmd":["%s"]},
                         "rootfs":{"type":"layers","diff_ids":[%s]},"history":[]}
                        """
                                .formatted(command, diffIds));
        var manifest =
                bytes(
                        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                                .formatted(
                                        MediaTypes.OCI_MANIFEST,
                                        json(MediaTypes.OCI_CONFIG, config),
                                        blobs.stream()
                                                .map(blob -> json(mediaType, blob))
                                                .collect(Collectors.joining(","))));
        return new ImageFixture(tars, blobs, config, manifest);
    }

    /** An image whose config says something else of its layers than is true. */
    public ImageFixture withDiffIds(String... hex) {
        var layers = Stream.of(hex).map(h -> Digest.parse("sha256:" + h)).toList();
        return of("lies", layers, tars, blobs, content().layers().getFirst().mediaType());
    }

    private static String json(String mediaType, byte[] blob) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(mediaType, Digest.sha256(blob), blob.length);
    }

    public ImageId id() {
        return new ImageId(Digest.sha256(config).toString());
    }

    public Digest manifestDigest() {
        return Digest.sha256(manifest);
    }

    public Digest diffId(int layer) {
        return Digest.sha256(tars.get(layer));
    }

    public Descriptor blob(int layer) {
        return content().layers().get(layer);
    }

    public Manifest.Image content() {
        return (Manifest.Image) Manifests.parse("", manifest);
    }

    /** Brings it in under some names, as a pull does. */
    public ImageId importInto(ImageImports imports, String... references) throws IOException {
        try (var image = imports.begin()) {
            bring(image);
            for (var reference : references) {
                publish(image, reference);
            }
        }
        return id();
    }

    /** Brings its parts. */
    public void bring(ImageImport image) throws IOException {
        image.add(manifestDigest(), manifest);
        image.add(Digest.sha256(config), config);
        for (int i = 0; i < blobs.size(); i++) {
            bringLayer(image, i);
        }
    }

    public void bringLayer(ImageImport image, int layer) throws IOException {
        var bytes = blobs.get(layer);
        image.addLayer(
                blob(layer),
                diffId(layer),
                offset ->
                        new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset));
    }

    /** Under a reference that leads to it through some indexes. */
    public ImageId publish(ImageImport image, String reference, Descriptor... indexes)
            throws IOException {
        var path = new ArrayList<>(Arrays.asList(indexes));
        path.add(Descriptor.of(MediaTypes.OCI_MANIFEST, manifestDigest(), manifest.length));
        return image.publish(
                new Publication(
                        ImageReference.parse(reference),
                        path,
                        content(),
                        Manifests.parseConfiguration(config)));
    }
}
