// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.ImageFixture;
import dev.ristretto.image.ImageStores;
import dev.ristretto.image.StoresFixture;
import dev.ristretto.image.Tools;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.store.StoredImage;
import dev.ristretto.image.unpack.TarBuilder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Archives of both formats: made by hand, by skopeo, and broken. */
class LoadImagesComponentTest {
    private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

    private static final byte[] BASE = new TarBuilder().file("base", "b").build();
    private static final byte[] TOP = new TarBuilder().file("top", "t").build();
    private final ImageFixture image = ImageFixture.gzip("one", BASE, TOP);
    private final ImageFixture other = ImageFixture.plain("two", BASE);

    @TempDir Path temporary;
    private StoresFixture fixture;
    private ImageStores stores;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoresFixture(temporary.resolve("state"));
        stores = fixture.open();
    }

    @AfterEach
    void close() throws IOException {
        stores.close();
    }

    @Test
    void load_ofAnOciArchive_bringsItUnderItsName() throws Exception {
        var archive = oci(entry(image, "example.org/app:1"));

        for (var bytes : List.of(archive, TarBuilder.gzip(archive))) {
            var loaded = load(bytes, "");

            assertThat(loaded).extracting(StoredImage::id).containsExactly(image.id());
            assertThat(loaded.getFirst().repoTags()).containsExactly("example.org/app:1");
            assertThat(loaded.getFirst().repoDigests())
                    .containsExactly("example.org/app@" + image.manifestDigest());
            assertThat(fixture.layer(image.diffId(1).hex()).resolve("top")).hasContent("t");
            assertThat(fixture.hidden()).isEmpty();
            stores.removal().remove(image.id());
        }
    }

    @Test
    void load_ofSeveralImages_bringsAll() throws Exception {
        var loaded =
                load(
                        oci(entry(image, "docker.io/library/a:1"), entry(other, "example.org/b:2")),
                        "");

        assertThat(loaded).extracting(StoredImage::id).containsExactly(image.id(), other.id());
        assertThat(stores.images().list()).hasSize(2);
    }

    @Test
    void load_ofAnImageWithoutFullName_wantsAReference() throws Exception {
        for (var name : List.of("", "latest")) {
            var archive = oci(entry(image, name));
            refused(
                    archive,
                    "",
                    FaultKind.INVALID_ARGUMENT,
                    "it has an image without a full name; give a reference for it");

            var loaded = load(archive, "my/app:3");

            assertThat(loaded.getFirst().repoTags()).containsExactly("docker.io/my/app:3");
            stores.removal().remove(image.id());
        }
    }

    @Test
    void load_ofTwoImagesWithoutName_isRefused() {
        refused(
                oci(entry(image, ""), entry(other, "")),
                "my/app:3",
                FaultKind.INVALID_ARGUMENT,
                "it has 2 images without a full name");
    }

    @Test
    void load_choosesThePlatformOfThisNode() throws Exception {
        var arm = entry(other, "example.org/app:1").replace("}}", "},%s}");
        var amd = entry(image, "example.org/app:1").replace("}}", "},%s}");
        var platform = "\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}";

        var loaded =
                load(
                        oci(
                                arm.formatted(platform.formatted("arm64")),
                                amd.formatted(platform.formatted("amd64"))),
                        "");

        assertThat(loaded).extracting(StoredImage::id).containsExactly(image.id());
        assertThat(fixture.layers()).hasSize(2);
    }

    @Test
    void load_ofALayoutDirectory_bringsIt() throws Exception {
        var directory = temporary.resolve("layout");
        Files.createDirectories(directory.resolve("blobs/sha256"));
        for (var blob : blobsOf(image)) {
            Files.write(directory.resolve("blobs/sha256").resolve(Digest.sha256(blob).hex()), blob);
        }
        Files.writeString(directory.resolve("oci-layout"), LAYOUT);
        Files.writeString(directory.resolve("index.json"), index(entry(image, "a.example/b:1")));

        var loaded = stores.loading().load(directory, Optional.empty());

        assertThat(loaded.getFirst().repoTags()).containsExactly("a.example/b:1");
    }

    @Test
    void load_ofADockerArchive_makesTheManifestItLacks() throws Exception {
        var loaded = load(docker(), "");

        assertThat(loaded).extracting(StoredImage::id).containsExactly(image.id());
        assertThat(loaded.getFirst().repoTags())
                .containsExactly("docker.io/library/app:1", "example.org/app:2");
        assertThat(fixture.layer(image.diffId(0).hex()).resolve("base")).hasContent("b");
        assertThat(fixture.layer(image.diffId(1).hex()).resolve("top")).hasContent("t");
        assertThat(fixture.blobs()).contains(image.diffId(0).hex(), image.blob(1).digest().hex());
    }

    @Test
    void load_ofADockerArchive_isReadBySkopeoAfterwards() throws Exception {
        Tools.assume("skopeo");
        load(docker(), "");

        var out = temporary.resolve("out");
        Tools.run("skopeo", "copy", "oci:" + fixture.layout() + ":example.org/app:2", "dir:" + out);

        assertThat(out.resolve(image.diffId(0).hex())).hasBinaryContent(BASE);
    }

    @Test
    void load_ofWhatSkopeoWrites_isTheSameImage() throws Exception {
        Tools.assume("skopeo");
        image.importInto(stores.imports(), "example.org/app:1");
        var source = "oci:" + fixture.layout() + ":example.org/app:1";
        var docker = temporary.resolve("docker.tar");
        var oci = temporary.resolve("oci.tar");
        Tools.run("skopeo", "copy", source, "docker-archive:" + docker + ":example.org/app:d");
        Tools.run("skopeo", "copy", source, "oci-archive:" + oci + ":example.org/app:o");

        var fromOci = stores.loading().load(oci, Optional.empty()).getFirst();
        var fromDocker = stores.loading().load(docker, Optional.empty()).getFirst();

        assertThat(fromOci.id()).isEqualTo(image.id());
        assertThat(fromOci.repoTags()).containsExactly("example.org/app:1", "example.org/app:o");
        assertThat(fromDocker.diffIds()).isEqualTo(fromOci.diffIds());
        assertThat(fromDocker.repoTags()).contains("example.org/app:d");
    }

    @Test
    void load_ofABrokenArchive_bringsNothing() {
        var good = oci(entry(image, "example.org/app:1"));
        refused(new byte[] {1, 2, 3}, "", FaultKind.WRONG_STATE, "its tar is cut off");
        refused(Arrays.copyOf(good, 1600), "", FaultKind.WRONG_STATE, "its tar is cut off");
        refused(
                new TarBuilder().file("hello", "x").build(),
                "",
                FaultKind.INVALID_ARGUMENT,
                "it has neither index.json (an OCI image layout) nor manifest.json (docker save)");
        refused(
                new TarBuilder().file("index.json", index()).build(),
                "",
                FaultKind.INVALID_ARGUMENT,
                "there is no image in it");
        refused(
                new TarBuilder().file("index.json", index(entry(image, "a/b:1"))).build(),
                "",
                FaultKind.WRONG_STATE,
                "blob " + image.manifestDigest() + " is missing in the archive");
        refused(
                new TarBuilder()
                        .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[]}]")
                        .build(),
                "",
                FaultKind.WRONG_STATE,
                "manifest.json names 'c', which is missing in the archive");
        refused(
                new TarBuilder().file("manifest.json", "{}").build(),
                "",
                FaultKind.WRONG_STATE,
                "manifest.json in the archive is not a list");
    }

    @Test
    void load_whenTheLastImageIsBroken_bringsNone() throws Exception {
        var tar = new TarBuilder().file("oci-layout", LAYOUT);
        for (var blob : blobsOf(image)) {
            add(tar, blob);
        }
        // The other's layer says what it is not.
        add(tar, other.manifest());
        add(tar, other.config());
        var layer = "blobs/sha256/" + other.blob(0).digest().hex();
        tar.file(layer, TarBuilder.bytes("x".repeat(BASE.length)), _ -> {});
        tar.file("index.json", index(entry(image, "a/a:1"), entry(other, "a/b:1")));

        refused(tar.build(), "", FaultKind.WRONG_STATE, "what came has digest");
    }

    @Test
    void load_ofNoFile_saysSo() {
        assertThatThrownBy(
                        () -> stores.loading().load(temporary.resolve("missing"), Optional.empty()))
                .hasMessage("load %s: there is no such file", temporary.resolve("missing"));
        assertThatThrownBy(() -> stores.loading().load(Path.of("/dev/zero"), Optional.empty()))
                .hasMessage("load /dev/zero: it is no file and no directory");
    }

    private void refused(byte[] archive, String reference, FaultKind kind, String message) {
        assertThatThrownBy(() -> load(archive, reference))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining(message)
                .extracting(e -> ((RuntimeFault) e).kind())
                .isEqualTo(kind);
        assertThat(stores.images().list()).isEmpty();
    }

    private List<StoredImage> load(byte[] archive, String reference) throws IOException {
        var file = Files.write(temporary.resolve("archive"), archive);
        return stores.loading()
                .load(
                        file,
                        Optional.of(reference)
                                .filter(r -> !r.isEmpty())
                                .map(ImageReference::parse));
    }

    private static List<byte[]> blobsOf(ImageFixture image) {
        var blobs = new ArrayList<>(image.blobs());
        blobs.add(image.config());
        blobs.add(image.manifest());
        return blobs;
    }

    private static void add(TarBuilder tar, byte[] blob) {
        tar.file("blobs/sha256/" + Digest.sha256(blob).hex(), blob, _ -> {});
    }

    private byte[] oci(String... entries) {
        var tar = new TarBuilder().file("./oci-layout", LAYOUT);
        blobsOf(image).forEach(blob -> add(tar, blob));
        blobsOf(other).forEach(blob -> add(tar, blob));
        return tar.file("./index.json", index(entries)).build();
    }

    private static String index(String... entries) {
        return "{\"schemaVersion\":2,\"manifests\":[%s]}"
                .formatted(List.of(entries).stream().collect(Collectors.joining(",")));
    }

    private static String entry(ImageFixture image, String name) {
        return """
               {"mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"%s","size":%d,
                "annotations":{"org.opencontainers.image.ref.name":"%s"}}"""
                .formatted(image.manifestDigest(), image.manifest().length, name);
    }

    /** As old versions wrote it: a directory for each layer, one of them a link to another's. */
    private byte[] docker() {
        var manifest =
                """
                [{"Config":"config.json","RepoTags":["app:1","example.org/app:2"],
                  "Layers":["first/layer.tar","second/layer.tar"]}]
                """;
        return new TarBuilder()
                .directory("zero")
                .file("zero/layer.tar", BASE, _ -> {})
                .symbolicLink("first/layer.tar", "../zero/layer.tar")
                .file("second/layer.tar", image.blobs().get(1), _ -> {})
                .file("config.json", new String(image.config(), UTF_8))
                .file("manifest.json", manifest)
                .build();
    }
}
