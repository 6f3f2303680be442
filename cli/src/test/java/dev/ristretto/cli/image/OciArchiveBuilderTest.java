// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.cli.image.OciArchiveBuilder.Compression;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

class OciArchiveBuilderTest {
    @TempDir Path dir;

    @Test
    void archive_namesTheImage_forEveryReader() throws Exception {
        var built = busy().writeArchive(dir.resolve("a.tar"));

        var files = contents(dir.resolve("a.tar"));

        assertThat(json(files, "oci-layout").path("imageLayoutVersion").asText())
                .isEqualTo("1.0.0");
        var entry = json(files, "index.json").path("manifests").path(0);
        assertThat(entry.path("digest").asText()).isEqualTo(built.manifestDigest());
        assertThat(entry.path("annotations").path("org.opencontainers.image.ref.name").asText())
                .isEqualTo("localhost/a:1");
        assertThat(entry.path("annotations").path("io.containerd.image.name").asText())
                .isEqualTo("localhost/a:1");
        assertThat(entry.path("platform").path("os").asText()).isEqualTo("linux");
    }

    @Test
    void everyBlob_isNamedByItsDigest_andHasTheSizeItIsSaidToHave() throws Exception {
        busy().writeArchive(dir.resolve("a.tar"));

        var files = contents(dir.resolve("a.tar"));

        assertThat(
                        files.keySet().stream()
                                .filter(name -> name.startsWith("blobs/sha256/"))
                                .filter(name -> !name.endsWith("/")))
                .hasSize(4)
                .allSatisfy(
                        name ->
                                assertThat("blobs/sha256/" + sha256(bytes(files, name)))
                                        .isEqualTo(name));
        var manifest = manifest(files);
        for (var layer : manifest.path("layers")) {
            assertThat(blob(files, layer)).hasSize(layer.path("size").asInt());
        }
        assertThat(blob(files, manifest.path("config")))
                .hasSize(manifest.path("config").path("size").asInt());
    }

    @Test
    void diffIds_areDigestsOfTheLayersUncompressed() throws Exception {
        var built = busy().writeArchive(dir.resolve("a.tar"));

        var files = contents(dir.resolve("a.tar"));

        var gzip = blob(files, manifest(files).path("layers").path(0));
        var plain = blob(files, manifest(files).path("layers").path(1));
        assertThat(built.diffIds())
                .containsExactly("sha256:" + sha256(inflate(gzip)), "sha256:" + sha256(plain));
        assertThat(config(files).path("rootfs").path("diff_ids"))
                .map(JsonNode::asText)
                .containsExactlyElementsOf(built.diffIds());
    }

    @Test
    void config_holdsWhatWasGiven_andNothingElse() throws Exception {
        busy().writeArchive(dir.resolve("a.tar"));

        var config = config(contents(dir.resolve("a.tar")));

        assertThat(config.path("architecture").asText()).isEqualTo("arm64");
        assertThat(config.path("config").toString())
                .isEqualTo(
                        "{\"User\":\"1000:100\",\"ExposedPorts\":{\"80/tcp\":{}},"
                                + "\"Env\":[\"A=b\"],\"Cmd\":[\"/hi\"],\"StopSignal\":\"SIGQUIT\"}");
    }

    @Test
    void sameInput_givesTheSameBytes() throws Exception {
        busy().writeArchive(dir.resolve("a.tar"));
        busy().writeArchive(dir.resolve("b.tar"));

        assertThat(dir.resolve("a.tar")).hasSameBinaryContentAs(dir.resolve("b.tar"));
        assertThat(Files.list(dir)).hasSize(2); // the staging directories are gone
    }

    @Test
    void entries_comeBackAsTheyWere() throws Exception {
        var longName = "d/" + "n".repeat(150);
        var binary = new byte[] {1, 0, 0, 2, (byte) 0xff, (byte) 0x80, 10};
        var time = Instant.ofEpochSecond(1_700_000_000);
        var entries =
                layer(
                        LayerEntry.directory("d", 0755),
                        LayerEntry.file(
                                longName,
                                "long",
                                EntryAttributes.mode(04755)
                                        .ownedBy(70_000, 3_000_000_000L)
                                        .modifiedAt(time)
                                        .withXattr("security.capability", binary)),
                        LayerEntry.symlink("d/é", "../ü"),
                        LayerEntry.hardLink("d/again", longName),
                        LayerEntry.characterDevice("d/null", 1, 3, 0666),
                        LayerEntry.fifo("d/pipe", 0600));

        assertThat(entry(entries, "d/").isDirectory()).isTrue();
        var file = entry(entries, longName);
        assertThat(file.getMode() & 07777).isEqualTo(04755);
        assertThat(file.getLongUserId()).isEqualTo(70_000);
        assertThat(file.getLongGroupId()).isEqualTo(3_000_000_000L);
        assertThat(file.getLastModifiedTime().toInstant()).isEqualTo(time);
        assertThat(entry(entries, "d/é").getLinkName()).isEqualTo("../ü");
        assertThat(entry(entries, "d/é").isSymbolicLink()).isTrue();
        assertThat(entry(entries, "d/again").isLink()).isTrue();
        assertThat(entry(entries, "d/again").getLinkName()).isEqualTo(longName);
        assertThat(entry(entries, "d/null").isCharacterDevice()).isTrue();
        assertThat(entry(entries, "d/null").getDevMajor()).isEqualTo(1);
        assertThat(entry(entries, "d/null").getDevMinor()).isEqualTo(3);
        assertThat(entry(entries, "d/pipe").isFIFO()).isTrue();
    }

    @Test
    void extendedAttributes_areWrittenAsBytes() throws Exception {
        var binary = new byte[] {1, 0, (byte) 0xff, (byte) 0x80, 10};
        var image =
                new OciArchiveBuilder("")
                        .layer(
                                List.of(
                                        LayerEntry.file(
                                                "f",
                                                "",
                                                EntryAttributes.mode(0644)
                                                        .withXattr("user.x", binary))),
                                Compression.NONE);
        image.writeArchive(dir.resolve("x.tar"));
        var files = contents(dir.resolve("x.tar"));

        var tar = blob(files, manifest(files).path("layers").path(0));

        // One pax record: its length in decimal, counting itself.
        var record = new String(tar, 512, 29, StandardCharsets.ISO_8859_1);
        assertThat(record).isEqualTo("29 SCHILY.xattr.user.x=" + latin1(binary) + "\n");
    }

    @Test
    void whiteouts_areNamedAsTheImageSpecNamesThem() throws Exception {
        var entries =
                layer(
                        LayerEntry.whiteout("gone"),
                        LayerEntry.whiteout("a/b/gone"),
                        LayerEntry.opaque("a/c"));

        assertThat(entries.keySet())
                .containsExactly(".wh.gone", "a/b/.wh.gone", "a/c/.wh..wh..opq");
    }

    @Test
    void layoutDirectory_isWhatTheArchiveHolds() throws Exception {
        var layout = busy().writeLayout(dir.resolve("layout"));
        var archive = busy().writeArchive(dir.resolve("a.tar"));

        assertThat(layout).isEqualTo(archive);
        assertThat(dir.resolve("layout/index.json")).exists();
        assertThat(Files.list(dir.resolve("layout/blobs/sha256"))).hasSize(4);
    }

    @Test
    void aFileThatIsNotThere_failsAndLeavesNothing() throws Exception {
        var image =
                new OciArchiveBuilder("a")
                        .layer(List.of(LayerEntry.file("f", dir.resolve("none"), 0644)));

        assertThatThrownBy(() -> image.writeArchive(dir.resolve("a.tar")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
        assertThat(Files.list(dir)).isEmpty();
    }

    private static OciArchiveBuilder busy() {
        return new OciArchiveBuilder("localhost/a:1")
                .layer(List.of(LayerEntry.file("hi", "hello", 0755)))
                .layer(List.of(LayerEntry.whiteout("hi")), Compression.NONE)
                .architecture("arm64")
                .config(
                        ImageConfig.empty()
                                .withUser("1000:100")
                                .withEnv("A=b")
                                .withCmd("/hi")
                                .withStopSignal("SIGQUIT")
                                .withExposedPorts("80/tcp"));
    }

    private Map<String, TarArchiveEntry> layer(LayerEntry... entries) throws IOException {
        var image = new OciArchiveBuilder("").layer(List.of(entries));
        image.writeArchive(dir.resolve("layer.tar"));
        var files = contents(dir.resolve("layer.tar"));
        var gzip = blob(files, manifest(files).path("layers").path(0));
        var found = new LinkedHashMap<String, TarArchiveEntry>();
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(inflate(gzip)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                found.put(entry.getName(), entry);
            }
        }
        return found;
    }

    private static Map<String, byte[]> contents(Path archive) throws IOException {
        var found = new LinkedHashMap<String, byte[]>();
        try (InputStream in = Files.newInputStream(archive);
                var tar = new TarArchiveInputStream(in)) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                found.put(entry.getName(), tar.readAllBytes());
            }
        }
        return found;
    }

    private static JsonNode manifest(Map<String, byte[]> files) throws IOException {
        return json(blob(files, json(files, "index.json").path("manifests").path(0)));
    }

    private static JsonNode config(Map<String, byte[]> files) throws IOException {
        return json(blob(files, manifest(files).path("config")));
    }

    private static byte[] blob(Map<String, byte[]> files, JsonNode descriptor) {
        return bytes(files, descriptor.path("digest").asText().replace("sha256:", "blobs/sha256/"));
    }

    private static TarArchiveEntry entry(Map<String, TarArchiveEntry> entries, String name) {
        return Objects.requireNonNull(entries.get(name), name);
    }

    private static byte[] bytes(Map<String, byte[]> files, String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    private static JsonNode json(Map<String, byte[]> files, String name) throws IOException {
        return json(bytes(files, name));
    }

    private static JsonNode json(byte[] bytes) throws IOException {
        return new JsonMapper().readTree(bytes);
    }

    private static byte[] inflate(byte[] gzip) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        }
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
