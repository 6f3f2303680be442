// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Crictl;
import dev.ristretto.conformance.stand.FileTree;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Other tools read the store, and what a container sees is what they would unpack. */
@Tag("root")
class ImageStoreE2eTest {
    private static Stand stand;
    private static Crictl crictl;
    private static Path store;
    private static String intricate;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("image-store");
        crictl = stand.crictl();
        store = stand.paths().stateDir().resolve("images");
        var archive = TestImages.intricate(stand.scratch("intricate.tar"));
        intricate = stand.registry().push(archive, "e2e/intricate:1");
        crictl.call("pull", intricate);
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @Test
    void skopeo_inspectsTheStoreAsItWouldTheRegistry() throws IOException {
        var inspected =
                new ObjectMapper()
                        .readTree(
                                Command.of(
                                                "skopeo",
                                                "inspect",
                                                "oci:" + store + ":" + nameInStore())
                                        .text());

        assertThat(inspected.path("Digest").asText()).isEqualTo(stand.registry().digest(intricate));
        assertThat(inspected.path("Layers")).hasSize(4);
    }

    @Test
    void umoci_listsTheStore() throws IOException {
        assertThat(Command.of("umoci", "ls", "--layout", store.toString()).text().lines())
                .contains(nameInStore());
    }

    @Test
    void container_seesExactlyWhatUmociUnpacks() throws IOException {
        var podConfig = Configs.pod("intricate", stand.paths().podLogs(), "");
        var pod = crictl.runPod(podConfig);
        var container = crictl.runContainer(pod, Configs.container("main", intricate), podConfig);
        var root = Path.of("/proc", Long.toString(crictl.pid(container)), "root");
        var covered = mountPoints(root.resolveSibling("mountinfo"));

        var seen = FileTree.read(root, covered);

        assertThat(seen).hasSizeGreaterThan(100);
        assertThat(String.join("\n", differences(seen, unpackedByUmoci(covered)))).isEmpty();
    }

    @Test
    void rmi_leavesNoBlobAndNoLayerOfTheImage() throws IOException {
        var archive = TestImages.nginx(stand.scratch("nginx.tar"));
        var nginx = stand.registry().push(archive, "e2e/nginx:gone");
        var before = stored();
        crictl.call("pull", nginx);
        assertThat(stored().size()).isGreaterThan(before.size());

        crictl.call("rmi", nginx);

        // Layers disappear at once and are deleted soon.
        var trash = stand.paths().stateDir().resolve("layers/trash").toFile();
        Await.until(
                "the trash is empty",
                Duration.ofSeconds(30),
                () -> Objects.requireNonNull(trash.list()).length == 0);
        assertThat(stored()).isEqualTo(before);
    }

    /** Only what differs: the trees have hundreds of files. */
    private static List<String> differences(
            Map<String, String> container, Map<String, String> umoci) {
        var paths = new TreeSet<>(container.keySet());
        paths.addAll(umoci.keySet());
        return paths.stream()
                .filter(path -> !Objects.equals(container.get(path), umoci.get(path)))
                .map(
                        path ->
                                "%s%n  container: %s%n  umoci: %s"
                                        .formatted(path, container.get(path), umoci.get(path)))
                .toList();
    }

    private static Map<String, String> unpackedByUmoci(Set<Path> covered) throws IOException {
        var bundle = stand.scratch("bundle");
        var image = store + ":" + nameInStore();
        Command.of("umoci", "unpack", "--image", image, bundle.toString()).text();
        return FileTree.read(bundle.resolve("rootfs"), covered);
    }

    /** Where the container has mounts over its root file system, relative to it. */
    private static Set<Path> mountPoints(Path mountinfo) throws IOException {
        var points = new TreeSet<Path>();
        for (var line : Files.readAllLines(mountinfo)) {
            var point = line.split(" ")[4];
            if (!point.equals("/")) {
                points.add(Path.of("/").relativize(Path.of(point)));
            }
        }
        return points;
    }

    /** The name under which the store's index has the image. */
    private static String nameInStore() throws IOException {
        var digest = stand.registry().digest(intricate);
        var index = new ObjectMapper().readTree(store.resolve("index.json").toFile());
        for (JsonNode manifest : index.path("manifests")) {
            if (manifest.path("digest").asText().equals(digest)) {
                return manifest.path("annotations")
                        .path("org.opencontainers.image.ref.name")
                        .asText();
            }
        }
        throw new AssertionError("%s is not in %s".formatted(digest, index));
    }

    /** All blobs, and all directories two levels below the state directory. */
    private static Set<String> stored() throws IOException {
        var found = new TreeSet<String>();
        try (var blobs = Files.walk(store)) {
            blobs.filter(path -> !path.endsWith("index.json"))
                    .forEach(path -> found.add(path.toString()));
        }
        try (var others = Files.walk(stand.paths().stateDir(), 3)) {
            others.forEach(path -> found.add(path.toString()));
        }
        return found;
    }
}
