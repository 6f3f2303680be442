// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.image.unpack.TarBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** A process that works on the stores is killed, again and again. */
class CrashComponentTest {
    private static final int KILLS = 4;
    private static final List<ImageFixture> IMAGES = List.of(image(1, 2), image(1, 3), image(2, 3));

    @TempDir Path stateDir;

    @Test
    void kill_atAnyMoment_leavesWholeImagesAndNothingElse() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var fixture = new StoresFixture(stateDir);
        for (int kill = 0; kill < KILLS; kill++) {
            killAfter(1 + random.nextInt(60));
            try (var stores = fixture.open()) {
                var blobs = new TreeSet<String>();
                var layers = new TreeSet<String>();
                for (var image : IMAGES) {
                    if (stores.images().find(image.id().value()).isPresent()) {
                        addParts(image, blobs, layers);
                    }
                }
                for (var containerId : stores.snapshots().containerIds()) {
                    stores.snapshots().remove(containerId);
                }
                assertThat(fixture.blobs()).as("seed %d", seed).containsExactlyElementsOf(blobs);
                assertThat(fixture.layers()).as("seed %d", seed).containsExactlyElementsOf(layers);
                assertThat(fixture.hidden())
                        .as("seed %d", seed)
                        .allSatisfy(name -> assertThat(name).endsWith(".partial"));
                for (var layer : layers) {
                    assertThat(fixture.layer(layer).resolve("random")).hasSize(200_000);
                }
            }
        }
    }

    private static void addParts(
            ImageFixture image, TreeSet<String> blobs, TreeSet<String> layers) {
        blobs.add(image.manifestDigest().hex());
        blobs.add(image.id().value().substring("sha256:".length()));
        for (int i = 0; i < image.tars().size(); i++) {
            blobs.add(image.blob(i).digest().hex());
            layers.add(image.diffId(i).hex());
        }
    }

    /** After some steps, in the middle of the next. */
    private void killAfter(int steps) throws Exception {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Worker.class.getName(),
                                stateDir.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < steps; i++) {
                assertThat(lines.readLine()).as("the worker ended early").isNotNull();
            }
        } finally {
            process.destroyForcibly();
            var _ = process.onExit().join();
        }
    }

    private static ImageFixture image(int... layers) {
        var tars = new byte[layers.length][];
        for (int i = 0; i < layers.length; i++) {
            var random = new byte[200_000];
            new Random(layers[i]).nextBytes(random);
            tars[i] = new TarBuilder().file("random", random, _ -> {}).build();
        }
        return ImageFixture.gzip("crash", tars);
    }

    /** What is killed: imports, removes, prepares and removes, and tells each step. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] args) throws IOException {
            var random = new Random();
            try (var stores = new StoresFixture(Path.of(args[0])).open()) {
                for (int step = 0; ; step++) {
                    var image = IMAGES.get(random.nextInt(IMAGES.size()));
                    image.importInto(stores.imports(), "app:" + random.nextInt(3));
                    stores.snapshots().prepare("c" + step, image.id());
                    System.out.println(step);
                    stores.removal().remove(image.id());
                    if (random.nextBoolean()) {
                        stores.snapshots().remove("c" + step);
                    }
                }
            }
        }
    }
}
