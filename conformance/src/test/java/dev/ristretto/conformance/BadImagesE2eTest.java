// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;
import static io.grpc.Status.Code.UNKNOWN;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.conformance.image.BadImages;
import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Refusal;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Pulls that must not come through, and leave no blob, layer or name. */
@Tag("root")
class BadImagesE2eTest {
    private static final int LIMIT = 8 << 20;

    private static Stand stand;

    @BeforeAll
    static void start() throws IOException {
        stand =
                Stand.start(
                        "bad-images",
                        """
                        image:
                          maxLayerBytes: %d
                          maxLayerEntries: 1000
                        """
                                .formatted(LIMIT));
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Upper/Case:1, Case",
        "a//b, a//b",
        "name:tag:tag, tag:tag",
        "x@sha256:123, sha256:123",
        "-, -"
    })
    void pull_ofABadReference_namesWhatIsBadInIt(String reference, String part) throws IOException {
        refused(INVALID_ARGUMENT, List.of(part), reference);
    }

    @Test
    void pull_withoutAReference_namesTheField() throws IOException {
        refused(INVALID_ARGUMENT, List.of("image.image"), "");
    }

    @Test
    void pull_fromARegistryThatIsDown_startsWithTheWordTheKubeletKnows() throws IOException {
        var request = Requests.pull("127.0.0.1:5001/e2e/busybox:1");

        Refusal.expect(
                stand,
                UNKNOWN,
                List.of("127.0.0.1:5001"),
                client -> {
                    try {
                        client.images().pullImage(request).getImageRef();
                    } catch (StatusRuntimeException e) {
                        assertThat(e.getStatus().getDescription())
                                .startsWith("RegistryUnavailable");
                        throw e;
                    }
                });
    }

    @Test
    void pull_ofATagThatIsNotThere_namesIt() throws IOException {
        refused(NOT_FOUND, List.of("e2e/nothing:9"), "127.0.0.1:5000/e2e/nothing:9");
    }

    @Test
    void pull_byADigestThatIsNotThere_namesIt() throws IOException {
        push("e2e/there:1", List.of(LayerEntry.file("file", "there\n", 0644)));
        var digest = "sha256:" + "2".repeat(64);

        refused(NOT_FOUND, List.of(digest), "127.0.0.1:5000/e2e/there@" + digest);
    }

    @Test
    void pull_ofALayerWhoseBytesWereChanged_namesBothDigests() throws IOException {
        var reference =
                push("e2e/corrupted:1", List.of(LayerEntry.file("file", "x".repeat(5000), 0644)));
        var layer = layerDigest(reference);
        var blob = stand.registry().blob(layer);
        var bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);

        refused(FAILED_PRECONDITION, List.of(layer), reference);
    }

    @Test
    void pull_ofALayerWithAWrongDiffId_namesBoth() throws IOException {
        var layout = BadImages.wrongDiffId(stand.scratch("wrong-diff-id"));
        var reference = "127.0.0.1:5000/e2e/wrong-diff-id:1";
        stand.network()
                .command(
                        "skopeo",
                        "copy",
                        "--insecure-policy",
                        "--dest-tls-verify=false",
                        "oci:" + layout,
                        "docker://" + reference)
                .text();

        refused(FAILED_PRECONDITION, List.of("sha256:" + "1".repeat(64)), reference);
    }

    @Test
    void pull_ofALayerThatClimbsOutByDots_namesTheEntry() throws IOException {
        var reference =
                push("e2e/dots:1", List.of(LayerEntry.file("../../../climbed", "out\n", 0644)));

        refused(FAILED_PRECONDITION, List.of("../../../climbed"), reference);

        assertThat(Path.of("/climbed")).doesNotExist();
        assertThat(stand.scratch("climbed")).doesNotExist();
    }

    @Test
    void pull_ofALayerThatClimbsOutByASymlink_namesTheEntry() throws IOException {
        var reference =
                push(
                        "e2e/climbing-link:1",
                        List.of(
                                LayerEntry.symlink("way-out", "../".repeat(40) + "tmp"),
                                LayerEntry.file("way-out/climbed-e2e", "out\n", 0644)));

        refused(FAILED_PRECONDITION, List.of("way-out/climbed-e2e", "symbolic link"), reference);

        assertThat(Path.of("/tmp/climbed-e2e")).doesNotExist();
    }

    @Test
    void pull_ofALayerWithAnAbsoluteSymlink_staysInsideTheLayer() throws IOException {
        var outside = Files.createDirectories(stand.scratch("outside"));
        var reference =
                push(
                        "e2e/absolute-link:1",
                        List.of(
                                LayerEntry.symlink("way-out", outside.toString()),
                                LayerEntry.file("way-out/climbed", "out\n", 0644)));

        // Legal, as in /var/run -> /run: in an image it leads to the image's own directory.
        stand.crictl().call("pull", reference);

        assertThat(outside).isEmptyDirectory();
        stand.crictl().call("rmi", reference);
    }

    @Test
    void pull_ofATarBomb_namesTheLimit() throws IOException {
        var archive = BadImages.bomb(stand.scratch("bomb.tar"), LIMIT * 4);
        var reference = stand.registry().push(archive, "e2e/bomb:1");

        refused(
                RESOURCE_EXHAUSTED,
                List.of(Integer.toString(LIMIT), "image.maxLayerBytes"),
                reference);
    }

    @Test
    void pull_ofAGoodImageAfterAllThat_works() throws IOException {
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        var reference = stand.registry().push(archive, "e2e/busybox:1");

        assertThat(stand.crictl().call("pull", reference)).contains("sha256:");

        stand.crictl().call("rmi", reference);
    }

    private static String push(String repositoryAndTag, List<LayerEntry> entries)
            throws IOException {
        var archive = stand.scratch(repositoryAndTag.replaceAll("[^a-z]", "-") + ".tar");
        return stand.registry().push(BadImages.of(archive, entries), repositoryAndTag);
    }

    private static String layerDigest(String reference) throws IOException {
        return stand.network()
                .command(
                        "skopeo",
                        "inspect",
                        "--tls-verify=false",
                        "--format",
                        "{{index .Layers 0}}",
                        "docker://" + reference)
                .text();
    }

    private static void refused(Status.Code code, List<String> words, String reference)
            throws IOException {
        Refusal.expect(
                stand,
                code,
                words,
                client -> client.images().pullImage(Requests.pull(reference)).getImageRef());
    }
}
