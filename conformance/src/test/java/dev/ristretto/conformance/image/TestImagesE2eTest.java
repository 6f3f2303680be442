// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.FileTree;
import dev.ristretto.conformance.stand.LoopbackRegistry;
import dev.ristretto.conformance.stand.NetworkNamespace;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** The images are as hard as they claim: what umoci makes of them, without a daemon. */
@Tag("root")
class TestImagesE2eTest {
    @TempDir private Path directory;

    @Test
    void intricate_hasEverythingThatLayersCanHold() throws IOException {
        var tree = unpack(TestImages.intricate(directory.resolve("intricate.tar")));

        assertThat(tree.get("data/plain"))
                .startsWith("mode 100644 owner 1000:100 time 946684799 size 6")
                .endsWith("inode of data/deep/third-name");
        assertThat(tree.get("data/second-name")).endsWith("inode of data/deep/third-name");
        assertThat(tree.get("data/setuid")).startsWith("mode 104755");
        assertThat(tree.get("data/setgid")).startsWith("mode 102755");
        assertThat(tree.get("data/nobody-reads")).startsWith("mode 100000");
        assertThat(tree.get("data/large-owner")).contains("owner 3000000:4000000");
        assertThat(tree.get("data/noted")).contains("user.note=0x6372656d61");
        assertThat(tree.get("data/noted-directory")).contains("user.binary=0x0001ff");
        assertThat(tree.get("data/capable")).contains("security.capability=0x01000002002");
        assertThat(tree.get("data/null")).startsWith("mode 20666").endsWith("device 259");
        assertThat(tree.get("data/loop")).startsWith("mode 60660");
        assertThat(tree.get("data/fifo")).startsWith("mode 10620");
        assertThat(tree.get("data/climbing-link")).endsWith("-> ../../../../../../etc/passwd");
        assertThat(tree).containsKey("data/naïve ☕ name\twith tab");
    }

    @Test
    void intricate_hasWhiteoutsAndReplacements() throws IOException {
        var tree = unpack(TestImages.intricate(directory.resolve("intricate.tar")));

        assertThat(tree.keySet())
                .contains("victim/stays", "victim/tree/other-leaf", "opaque/new", "opaque/old")
                .contains("becomes-directory/inside", "becomes-real/inside", "comes-back")
                .doesNotContain("victim/goes", "victim/tree/leaf", "opaque/old-tree", "data/empty")
                .doesNotContain("becomes-file/inside", "data/inside");
        assertThat(tree.get("becomes-file")).startsWith("mode 100644");
        assertThat(tree.get("data/sticky")).startsWith("mode 40700");
    }

    @Test
    void registry_takesAndServesThem() throws IOException {
        var log = directory.resolve("registry.log");
        try (var network = NetworkNamespace.create();
                var registry = LoopbackRegistry.start(network, directory, log)) {
            var nginx = TestImages.nginx(directory.resolve("nginx.tar"));

            var reference = registry.push(nginx, "e2e/nginx:1");

            assertThat(registry.digest(reference)).matches("sha256:[0-9a-f]{64}");
            assertThat(registry.blob(registry.digest(reference))).isRegularFile();
        }
    }

    private Map<String, String> unpack(Path archive) throws IOException {
        var layout = directory.resolve("layout");
        Command.of(
                        "skopeo",
                        "copy",
                        "--insecure-policy",
                        "oci-archive:" + archive,
                        "oci:" + layout + ":it")
                .text();
        var bundle = directory.resolve("bundle");
        Command.of("umoci", "unpack", "--image", layout + ":it", bundle.toString()).text();
        return FileTree.read(bundle.resolve("rootfs"), Set.of());
    }
}
