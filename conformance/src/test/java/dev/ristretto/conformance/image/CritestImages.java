// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.image.EntryAttributes;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.LoopbackRegistry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The images that critest asks for by name (its {@code pkg/framework/util.go} and {@code
 * pkg/validate/consts.go}), made of Debian's programs and pushed to a registry that stands in for
 * {@code registry.k8s.io}, {@code k8s.gcr.io} and {@code gcr.io}.
 */
public final class CritestImages {
    private static final String STAGING = "k8s-staging-cri-tools/";
    private static final String E2E = "e2e-test-images/";

    private final LoopbackRegistry registry;
    private final Path directory;
    private final Path busybox;

    /**
     * @param directory for the archives
     */
    public CritestImages(LoopbackRegistry registry, Path directory) throws IOException {
        this.registry = registry;
        this.directory = Files.createDirectories(directory);
        this.busybox = Checkout.tool("busybox", "conformance/tools/busybox.sh");
    }

    /**
     * Makes and pushes all of them.
     *
     * @return digest of {@code test-image-digest}, {@code sha256:…}
     */
    public String push() throws IOException {
        pushServers();
        push(E2E + "busybox:1.29-2", List.of(), ImageConfig.running("sh"));
        push(E2E + "nonewprivs:1.3", noNewPrivs(), ImageConfig.running("/nnp").withUser("1000"));
        push("pause:3.9", List.of(), ImageConfig.running("sleep", "infinity"));
        pushUsers();
        for (var name :
                List.of(
                        "test-image-latest:latest",
                        "test-image-tag:test",
                        "test-image-tag:all",
                        "test-image-1:latest",
                        "test-image-2:latest",
                        "test-image-3:latest")) {
            pushMarked(name, name);
        }
        for (var tag : List.of("1", "2", "3")) {
            pushMarked("test-image-tags:" + tag, "test-image-tags");
        }
        return registry.digest(pushMarked("test-image-digest:latest", "test-image-digest"));
    }

    private void pushServers() throws IOException {
        registry.push(TestImages.nginx(archive()), E2E + "nginx:1.14-2");
        var hostNetwork = STAGING + "hostnet-nginx-" + architecture() + ":latest";
        registry.push(TestImages.nginx(archive(), 12003), hostNetwork);
        push(
                E2E + "httpd:2.4.39-4",
                List.of(
                        LayerEntry.directory("var/www", 0755),
                        LayerEntry.file("var/www/index.html", "<h1>It works</h1>\n", 0644)),
                ImageConfig.running(
                                "sh",
                                "-c",
                                "echo httpd: serves port 80; exec httpd -f -p 80 -h /var/www")
                        .withExposedPorts("80/tcp"));
    }

    private void pushUsers() throws IOException {
        pushUser("test-image-user-uid", "1002");
        pushUser("test-image-user-username", "www-data");
        pushUser("test-image-user-uid-group", "1003:users");
        pushUser("test-image-user-username-group", "www-data:100");
        push(
                STAGING + "test-image-predefined-group:latest",
                List.of(
                        LayerEntry.file(
                                "etc/passwd",
                                """
                                root:x:0:0:root:/root:/bin/sh
                                default-user:x:1000:1000::/home:/bin/sh
                                """,
                                0644),
                        LayerEntry.file(
                                "etc/group",
                                """
                                root:x:0:
                                default-user:x:1000:
                                group-defined-in-image:x:50000:default-user
                                """,
                                0644)),
                ImageConfig.running("sh").withUser("1000"));
    }

    private void pushUser(String name, String user) throws IOException {
        var accounts =
                List.of(
                        LayerEntry.file(
                                "etc/passwd",
                                """
                                root:x:0:0:root:/root:/bin/sh
                                www-data:x:33:33:www-data:/var/www:/bin/false
                                """,
                                0644),
                        LayerEntry.file(
                                "etc/group", "root:x:0:\nwww-data:x:33:\nusers:x:100:\n", 0644));
        push(STAGING + name + ":latest", accounts, ImageConfig.running("sh").withUser(user));
    }

    /** An image of its own for every mark, since the same content would be the same image. */
    private String pushMarked(String nameAndTag, String mark) throws IOException {
        return push(
                STAGING + nameAndTag,
                List.of(LayerEntry.file("mark", mark + "\n", 0644)),
                ImageConfig.running("sh"));
    }

    private List<LayerEntry> noNewPrivs() throws IOException {
        var program = directory.resolve("nnp");
        var source = Checkout.file("conformance/src/test/c/nnp.c");
        Command.of("musl-gcc", "-static", "-O1", "-s", "-o", program.toString(), source.toString())
                .text();
        return List.of(
                LayerEntry.file("nnp", Files.readAllBytes(program), EntryAttributes.mode(04755)));
    }

    private String push(String nameAndTag, List<LayerEntry> onTop, ImageConfig config)
            throws IOException {
        var image =
                new OciArchiveBuilder("docker.io/library/it:latest")
                        .layer(programs())
                        .config(config);
        if (!onTop.isEmpty()) {
            image.layer(onTop);
        }
        image.writeArchive(archive());
        return registry.push(archive(), nameAndTag);
    }

    /** With hard links: what masks {@code /bin/ls} would mask all of busybox through a symlink. */
    private List<LayerEntry> programs() throws IOException {
        return new BusyboxImage(busybox)
                .entries().stream()
                        .map(
                                entry ->
                                        entry instanceof LayerEntry.Symlink(var path, var target, _)
                                                        && target.equals("/bin/busybox")
                                                ? LayerEntry.hardLink(path, "bin/busybox")
                                                : entry)
                        .toList();
    }

    private Path archive() {
        return directory.resolve("image.tar");
    }

    /** As {@code GOARCH} has it. */
    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }
}
