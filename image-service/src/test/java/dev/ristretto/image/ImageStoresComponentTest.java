// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.unpack.TarBuilder;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** The stores as a whole, on real files, held against skopeo and umoci. */
class ImageStoresComponentTest {
    private static final String TAG = "registry.example:5000/team/app:1.2";

    private final LinuxSyscalls linux = LinuxSyscalls.load();
    private final ImageFixture image =
            ImageFixture.gzip(
                    "first",
                    new TarBuilder().directory("etc").file("etc/motd", "hello").build(),
                    new TarBuilder().directory("etc").file("etc/extra", "more").build());

    @TempDir Path stateDir;

    @Test
    void layout_isReadBySkopeo() throws Exception {
        Tools.assume("skopeo");
        try (var stores = open()) {
            image.importInto(stores.imports(), TAG);
        }

        var byTag = Tools.run("skopeo", "inspect", "oci:" + layout() + ":" + TAG);
        var byDigest =
                Tools.run(
                        "skopeo",
                        "inspect",
                        "oci:%s:registry.example:5000/team/app@%s"
                                .formatted(layout(), image.manifestDigest()));

        assertThat(byTag).contains(image.manifestDigest().toString()).isEqualTo(byDigest);
    }

    @Test
    void layout_isUnpackedByUmoci() throws Exception {
        Tools.assume("umoci");
        try (var stores = open()) {
            image.importInto(stores.imports(), TAG);
        }
        var bundle = stateDir.resolve("bundle");

        Tools.run(
                "umoci",
                "unpack",
                "--rootless",
                "--image",
                layout() + ":" + TAG,
                bundle.toString());

        assertThat(bundle.resolve("rootfs/etc/motd")).hasContent("hello");
        assertThat(bundle.resolve("rootfs/etc/extra")).hasContent("more");
    }

    @Test
    void open_byASecondProcess_isRefused() throws Exception {
        try (var _ = open()) {
            assertThatThrownBy(this::open)
                    .hasMessageContaining("another process has it open")
                    .hasMessageContaining("set another stateDir");
        }
    }

    private ImageStores open() throws IOException {
        return ImageStores.open(
                linux,
                new ImageStores.Settings(
                        stateDir, Platform.parse("linux/amd64"), 1L << 30, 100_000),
                InstantSource.system());
    }

    private Path layout() {
        return stateDir.resolve("images");
    }
}
