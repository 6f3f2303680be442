// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.image.EntryAttributes;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;
import dev.ristretto.conformance.image.ImageIndex.Format;
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
 * {@link #HOSTS}. Most are indexes of several platforms: where the upstream ones are, as Docker's
 * manifest lists, the rest as the OCI's.
 */
public final class CritestImages {
    /** Whose images they are. */
    public static final List<String> HOSTS =
            List.of("registry.k8s.io", "k8s.gcr.io", "gcr.io", "docker.io");

    private static final String STAGING = "k8s-staging-cri-tools/";
    private static final String E2E = "e2e-test-images/";

    private final LoopbackRegistry registry;
    private final Path directory;
    private final Path busybox;
    private final WrongVariants wrong;

    /**
     * @param directory for the archives
     */
    public CritestImages(LoopbackRegistry registry, Path directory) throws IOException {
        this.registry = registry;
        this.directory = Files.createDirectories(directory);
        this.wrong = new WrongVariants(directory);
        this.busybox = Checkout.tool("busybox", "conformance/tools/busybox.sh");
    }

    /**
     * Makes and pushes all of them.
     *
     * @return digest of {@code test-image-digest}, {@code sha256:…}
     */
    public String push() throws IOException {
        pushServers();
        write(List.of(), ImageConfig.running("sh"));
        pushIndex(Format.DOCKER, E2E + "busybox:1.29-2");
        write(noNewPrivs(), ImageConfig.running("/nnp").withUser("1000"));
        pushIndex(Format.DOCKER, E2E + "nonewprivs:1.3");
        write(List.of(), ImageConfig.running("sleep", "infinity"));
        pushIndex(Format.DOCKER, "pause:3.9");
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
        writeMarked("test-image-digest");
        return registry.digest(pushIndex(Format.OCI, STAGING + "test-image-digest:latest"));
    }

    private void pushServers() throws IOException {
        TestImages.nginx(archive());
        pushIndex(Format.DOCKER, E2E + "nginx:1.14-2");
        var hostNetwork = STAGING + "hostnet-nginx-" + WrongVariants.hostArchitecture() + ":latest";
        registry.push(TestImages.nginx(archive(), 12003), hostNetwork);
        write(
                List.of(
                        LayerEntry.directory("var/www", 0755),
                        LayerEntry.file("var/www/index.html", "<h1>It works</h1>\n", 0644)),
                ImageConfig.running(
                                "sh",
                                "-c",
                                "echo httpd: serves port 80; exec httpd -f -p 80 -h /var/www")
                        .withExposedPorts("80/tcp"));
        pushIndex(Format.DOCKER, E2E + "httpd:2.4.39-4");
    }

    private void pushUsers() throws IOException {
        pushUser("test-image-user-uid", "1002");
        pushUser("test-image-user-username", "www-data");
        pushUser("test-image-user-uid-group", "1003:users");
        pushUser("test-image-user-username-group", "www-data:100");
        write(
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
        pushIndex(Format.OCI, STAGING + "test-image-predefined-group:latest");
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
        write(accounts, ImageConfig.running("sh").withUser(user));
        pushIndex(Format.OCI, STAGING + name + ":latest");
    }

    /** An image of its own for every mark, since the same content would be the same image. */
    private void pushMarked(String nameAndTag, String mark) throws IOException {
        writeMarked(mark);
        registry.push(archive(), STAGING + nameAndTag);
    }

    private void writeMarked(String mark) throws IOException {
        write(List.of(LayerEntry.file("mark", mark + "\n", 0644)), ImageConfig.running("sh"));
    }

    private List<LayerEntry> noNewPrivs() throws IOException {
        var program = directory.resolve("nnp");
        var source = Checkout.file("conformance/src/test/c/nnp.c");
        Command.of("musl-gcc", "-static", "-O1", "-s", "-o", program.toString(), source.toString())
                .text();
        return List.of(
                LayerEntry.file("nnp", Files.readAllBytes(program), EntryAttributes.mode(04755)));
    }

    /** The archive, between variants for other machines. */
    private String pushIndex(Format format, String nameAndTag) throws IOException {
        return ImageIndex.push(registry, format, nameAndTag, wrong.around(archive()));
    }

    /** Writes the archive: busybox and what comes on top of it. */
    private void write(List<LayerEntry> onTop, ImageConfig config) throws IOException {
        var image =
                new OciArchiveBuilder("docker.io/library/it:latest")
                        .layer(programs())
                        .config(config);
        if (!onTop.isEmpty()) {
            image.layer(onTop);
        }
        image.writeArchive(archive());
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
}
