// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.Digest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ManifestsTest {
    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);

    private static final String IMAGE =
            """
            {"schemaVersion":2,
             "mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":7},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s",
                        "size":9,"annotations":{"k":"v"}}]}
            """
                    .formatted(A, B);

    @Test
    void parse_ofOciManifest_readsConfigAndLayers() {
        var image = (Manifest.Image) parse("application/octet-stream", IMAGE);

        assertThat(image.config().digest()).isEqualTo(Digest.parse(A));
        assertThat(image.layers())
                .singleElement()
                .satisfies(
                        layer -> {
                            assertThat(layer.sizeBytes()).isEqualTo(9);
                            assertThat(layer.annotations()).containsEntry("k", "v");
                        });
    }

    @Test
    void parse_ofDockerManifest_readsItsMediaTypes() {
        var text =
                IMAGE.replace("oci.image.manifest.v1", "docker.distribution.manifest.v2")
                        .replace("oci.image.config.v1", "docker.container.image.v1")
                        .replace(
                                "oci.image.layer.v1.tar+gzip", "docker.image.rootfs.diff.tar.gzip");

        assertThat(parse("", text)).isInstanceOf(Manifest.Image.class);
    }

    @Test
    void parse_withoutOwnMediaType_believesTheContentTypeAndThenTheShape() {
        var bare = IMAGE.replace("\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",", "");

        assertThat(parse(MediaTypes.DOCKER_MANIFEST + "; charset=utf-8", bare).mediaType())
                .isEqualTo(MediaTypes.DOCKER_MANIFEST);
        assertThat(parse("text/plain", bare).mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "not json | manifest is not JSON",
                "[] | manifest is not a JSON object",
                "{}{} | manifest is not JSON",
                "{\"a\":1,\"a\":2} | Duplicate",
                "{\"mediaType\":5} | manifest mediaType is not a string",
                "{\"config\":{}} | manifest config.size is missing",
                "{\"config\":[],\"layers\":[]} | manifest config is not an object",
                "{\"config\":{\"size\":-1}} | manifest config.size is -1",
                "{\"config\":{\"size\":1e3}} | manifest config.size is not a whole number",
                "{\"config\":{\"size\":1,\"digest\":\"x\"}} | manifest config.digest is bad",
                "{\"config\":{\"size\":1},\"manifests\":[]} | it is ambiguous",
                "{\"manifests\":[1]} | manifest manifests[0] is not an object",
                "{\"manifests\":{}} | manifest manifests is not a list",
            })
    void parse_ofBrokenDocument_namesTheField(String text, String expected) {
        assertThatThrownBy(() -> parse("", text))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.WRONG_STATE))
                .hasMessageContaining(expected);
    }

    @Test
    void parse_withoutLayers_namesTheField() {
        var text = IMAGE.replace("\"layers\"", "\"strata\"");

        assertThatThrownBy(() -> parse("", text)).hasMessage("manifest layers is missing");
    }

    @Test
    void parse_ofSchema1_isRefusedWithAdvice() {
        assertThatThrownBy(() -> parse("", "{\"schemaVersion\":1,\"name\":\"x\"}"))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.UNSUPPORTED))
                .hasMessageContaining("schema 1")
                .hasMessageContaining("push the image again");
        assertThatThrownBy(
                        () ->
                                parse(
                                        "application/vnd.docker.distribution.manifest.v1+prettyjws",
                                        "{}"))
                .hasMessageContaining("schema 1");
    }

    @ParameterizedTest
    @CsvSource({
        "oci.image.layer.v1.tar+gzip, example.thing+gzip, 'application/vnd.example.thing+gzip'",
        "oci.image.layer.v1.tar+gzip, oci.image.layer.v1.tar+gzip+encrypted, is encrypted",
        "oci.image.config.v1+json, cncf.helm.config.v1+json, this is an artifact",
    })
    void parse_ofUnknownMediaType_namesIt(String known, String unknown, String expected) {
        assertThatThrownBy(() -> parse("", IMAGE.replace(known, unknown)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.UNSUPPORTED))
                .hasMessageContaining(expected);
    }

    @Test
    void parse_aboveTheLimit_isRefusedUnread() {
        assertThatThrownBy(() -> Manifests.parse("", new byte[Manifests.MAX_BYTES + 1]))
                .hasMessageContaining("at most 4194304");
    }

    @Test
    void parseConfiguration_readsProcessAndLayers_nullsAreAbsent() {
        var text =
                """
                {"architecture":"arm64","os":"linux","variant":"v8",
                 "config":{"User":"1:2","Env":["A=b"],"Entrypoint":null,"Cmd":["sh"],
                           "WorkingDir":"/w","Volumes":{"/v":{}},"StopSignal":"SIGQUIT",
                           "Labels":{"l":"1"}},
                 "rootfs":{"type":"layers","diff_ids":["%s"]}}
                """
                        .formatted(B);

        var parsed = Manifests.parseConfiguration(text.getBytes(StandardCharsets.UTF_8));

        assertThat(parsed.platform()).hasToString("linux/arm64");
        assertThat(parsed.diffIds()).containsExactly(Digest.parse(B));
        assertThat(parsed.config().entrypoint()).isEmpty();
        assertThat(parsed.config().cmd()).containsExactly("sh");
        assertThat(parsed.config().env()).containsExactly("A=b");
        assertThat(parsed.config().user()).isEqualTo("1:2");
        assertThat(parsed.config().workingDir()).isEqualTo("/w");
        assertThat(parsed.config().volumes()).containsExactly("/v");
        assertThat(parsed.config().stopSignal()).isEqualTo("SIGQUIT");
        assertThat(parsed.config().labels()).containsEntry("l", "1");
    }

    @Test
    void parseConfiguration_withoutConfigObject_hasNoProcess() {
        var parsed =
                Manifests.parseConfiguration(
                        "{\"rootfs\":{\"diff_ids\":[]},\"config\":null}"
                                .getBytes(StandardCharsets.UTF_8));

        assertThat(parsed.config().cmd()).isEmpty();
        assertThat(parsed.config().os()).isEqualTo("linux");
    }

    @Test
    void checkAgainst_withAnotherNumberOfLayers_isRefused() {
        var image = (Manifest.Image) parse("", IMAGE);
        var parsed =
                Manifests.parseConfiguration(
                        "{\"rootfs\":{\"diff_ids\":[]}}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> parsed.checkAgainst(image))
                .hasMessageContaining("lists 0 diff_ids but its manifest has 1 layers");
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/x86_64, linux/amd64",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v2",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm/v7, linux/arm/v6",
    })
    void choose_findsTheBestThatRuns(String host, String expected) {
        var index =
                index(
                        "windows/amd64",
                        "linux/arm/v6",
                        "linux/amd64",
                        "linux/amd64/v2",
                        "linux/arm64/v8",
                        "unknown/unknown");

        var chosen = index.choose(Platform.parse(host));

        assertThat(chosen.platform()).hasValueSatisfying(p -> assertThat(p).hasToString(expected));
    }

    @Test
    void choose_withoutAFit_listsThePlatforms() {
        assertThatThrownBy(
                        () ->
                                index("linux/s390x", "unknown/unknown")
                                        .choose(Platform.parse("linux/arm64")))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.NOT_FOUND))
                .hasMessageContaining("platform linux/arm64")
                .hasMessageEndingWith("it has linux/s390x");
    }

    @Test
    void parse_ofIndex_readsPlatforms() {
        var text =
                """
                {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"%s","size":3,
                  "platform":{"os":"linux","architecture":"arm","variant":"v7"}}]}
                """
                        .formatted(MediaTypes.OCI_MANIFEST, A);

        var index = (Manifest.Index) parse("", text);

        assertThat(index.choose(Platform.parse("linux/arm/v7")).digest())
                .isEqualTo(Digest.parse(A));
    }

    private static Manifest.Index index(String... platforms) {
        return new Manifest.Index(
                MediaTypes.OCI_INDEX,
                List.of(platforms).stream().map(ManifestsTest::entry).toList());
    }

    private static Descriptor entry(String platform) {
        return new Descriptor(
                MediaTypes.OCI_MANIFEST,
                Digest.sha256(platform.getBytes(StandardCharsets.UTF_8)),
                1,
                Optional.of(Platform.parse(platform)),
                Map.of());
    }

    private static Manifest parse(String type, String text) {
        return Manifests.parse(type, text.getBytes(StandardCharsets.UTF_8));
    }
}
