// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static io.grpc.Status.Code.NOT_FOUND;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;
import dev.ristretto.conformance.image.ImageIndex;
import dev.ristretto.conformance.image.ImageIndex.Format;
import dev.ristretto.conformance.image.ImageIndex.Variant;
import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.image.WrongVariants;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Of an image for several platforms, a node takes the one that it can run. */
@Tag("root")
class PlatformsE2eTest {
    private static Stand stand;
    private static WrongVariants wrong;
    private static Path busybox;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("platforms");
        wrong = new WrongVariants(stand.scratch(""));
        busybox = TestImages.busybox(stand.scratch("busybox.tar"));
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @AfterEach
    void removePods() throws IOException {
        stand.removePods();
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void pullByName_takesTheVariantThatRunsHere(Format format) throws IOException {
        var name = "e2e/platforms-" + format.name().toLowerCase(Locale.ROOT);
        var variants = new ArrayList<>(wrong.around(busybox));
        // What build tools put beside an image: a statement about it that nobody can run.
        variants.add(new Variant("unknown", attestation()));

        var reference = ImageIndex.push(stand.registry(), format, name + ":1", variants);

        assertThat(run(reference)).isEqualTo("runs here");
    }

    @Test
    void pullByDigestOfTheIndex_takesTheVariantThatRunsHere_andIsKnownByThatDigest()
            throws IOException {
        var registry = stand.registry();
        var name = "e2e/platforms-by-digest";
        var tagged = ImageIndex.push(registry, Format.OCI, name + ":1", wrong.around(busybox));
        var reference = "127.0.0.1:5000/%s@%s".formatted(name, registry.digest(tagged));

        assertThat(run(reference)).isEqualTo("runs here");

        var image = stand.crictl().json("inspecti", "-o", "json", reference).path("status");
        assertThat(image.path("repoDigests").get(0).asText()).isEqualTo(reference);
    }

    @Test
    void pullOfAnIndexForOtherMachines_saysForWhich() throws IOException {
        var others =
                wrong.around(busybox).stream()
                        .filter(v -> !v.architecture().equals(WrongVariants.hostArchitecture()))
                        .toList();
        var reference =
                ImageIndex.push(stand.registry(), Format.OCI, "e2e/platforms-other:1", others);

        // Not Refusal.expect: what was fetched is kept for a while, for the attempt after this one.
        try (var client = stand.connect()) {
            assertThatThrownBy(() -> client.images().pullImage(Requests.pull(reference)))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(NOT_FOUND))
                    .hasMessageContaining("linux/" + WrongVariants.hostArchitecture())
                    .hasMessageContaining("linux/s390x");
        }
        assertThat(stand.crictl().call("images")).doesNotContain("e2e/platforms-other");
    }

    /** Pulls it and answers what a container of it says. */
    private static String run(String reference) throws IOException {
        var crictl = stand.crictl();
        crictl.call("pull", reference);
        var podJson = Configs.pod("platforms", stand.paths().podLogs(), "");
        var pod = crictl.runPod(podJson);
        var json = Configs.container("main", reference, "sleep", "3600");
        var container = crictl.runContainer(pod, json, podJson);
        return crictl.call("exec", "-s", container, "sh", "-c", "ls /variant || echo runs here")
                .replaceAll("(?s)\n.*", "");
    }

    private static Path attestation() throws IOException {
        var archive = stand.scratch("attestation.tar");
        new OciArchiveBuilder("docker.io/library/attestation:latest")
                .architecture("unknown")
                .layer(List.of(LayerEntry.file("statement.json", "{}\n", 0644)))
                .config(ImageConfig.empty())
                .writeArchive(archive);
        return archive;
    }
}
