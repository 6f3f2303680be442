// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

class ImageReferenceTest {
    private static final String D =
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36",
        "library/busybox, docker.io/library/busybox:latest",
        "bitnami/redis:7, docker.io/bitnami/redis:7",
        "docker.io/busybox, docker.io/library/busybox:latest",
        "index.docker.io/busybox, docker.io/library/busybox:latest",
        "index.docker.io/a/b, docker.io/a/b:latest",
        "busybox@" + D + ", docker.io/library/busybox@" + D,
        "busybox:1.36@" + D + ", docker.io/library/busybox:1.36@" + D,
        "registry.k8s.io/pause:3.10, registry.k8s.io/pause:3.10",
        "registry.k8s.io/pause, registry.k8s.io/pause:latest",
        "localhost/a, localhost/a:latest",
        "localhost:5000/a:b, localhost:5000/a:b",
        "127.0.0.1:5000/a/b/c, 127.0.0.1:5000/a/b/c:latest",
        "[::1]:5000/a:t, [::1]:5000/a:t",
        "[2001:db8::1]/a, [2001:db8::1]/a:latest",
        "[2001:db8::1]:443/a@" + D + ", [2001:db8::1]:443/a@" + D,
        "Registry/a, Registry/a:latest",
        "a-b.example/x__y/z-1.2_3---4:V1.0-rc_1, a-b.example/x__y/z-1.2_3---4:V1.0-rc_1",
        "notahost/a, docker.io/notahost/a:latest",
        "host:99/a, host:99/a:latest",
    })
    void parse_completesShortForms(String text, String full) {
        assertThat(ImageReference.parse(text)).hasToString(full);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"\", is empty",
                "BusyBox, must be lowercase",
                "a.io/Foo:1, must be lowercase",
                "a.io/, is not words",
                "a//b, is not words",
                "/a, is not words",
                "a/, is not words",
                "-a, is not words",
                "a.io/b_-c, is not words",
                "a.io/b..c, is not words",
                "a.io/b/../c, is not words",
                "a b, is not words",
                "https://a.io/b, is not a registry host",
                "a.io:123456/b, is not a registry host",
                "-a.io/b, is not a registry host",
                "[::zz]/b, is not a registry host",
                "user@a.io/b, has no algorithm",
                "a:, tag ''",
                "a:.x, tag '.x'",
                "a/y:-z, tag '-z'",
                "a@sha256:12, no 64 lowercase hex digits",
                "a@, has no algorithm",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, is an image id",
            })
    void parse_ofBadText_saysWhatIsWrong(String text, String expected) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining(expected);
    }

    @Test
    void parse_ofTagWith128Characters_isFine_with129_isRefused() {
        assertThat(ImageReference.parse("a:" + "t".repeat(128)).tag()).hasValue("t".repeat(128));
        assertThatThrownBy(() -> ImageReference.parse("a:" + "t".repeat(129)))
                .hasMessageContaining("1 to 128");
    }

    @Test
    void parse_ofRepositoryWith255Characters_isFine_with256_isRefused() {
        assertThat(ImageReference.parse("a.io/" + "r".repeat(255)).repository()).hasSize(255);
        assertThatThrownBy(() -> ImageReference.parse("a.io/" + "r".repeat(256)))
                .hasMessageContaining("256 characters, at most 255");
    }

    @Test
    void parse_ofVeryLongText_isRefusedShortly() {
        assertThatThrownBy(() -> ImageReference.parse("a".repeat(1_000_000)))
                .hasMessageContaining("1000000 characters")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void target_prefersTheDigest_andThenNoTagIsNamed() {
        var both = ImageReference.parse("busybox:1@" + D);

        assertThat(both.target()).isEqualTo(D);
        assertThat(both.repoTag()).isEmpty();
        assertThat(both.repoDigest(Digest.parse(D))).isEqualTo("docker.io/library/busybox@" + D);
    }

    @Test
    void parse_ofRandomText_refusesOrRoundTrips() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var alphabet = "aZ09._-:/@[]% é\0" + "sha256:";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(i % 3 == 0 ? "a.io/" : "");
            int length = random.nextInt(24);
            for (int k = 0; k < length; k++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertRefusedOrRoundTrips(text.toString(), seed);
        }
    }

    private static void assertRefusedOrRoundTrips(String text, long seed) {
        ImageReference parsed;
        try {
            parsed = ImageReference.parse(text);
        } catch (RuntimeFault refused) {
            assertThat(refused.kind()).as("seed %d", seed).isEqualTo(FaultKind.INVALID_ARGUMENT);
            return;
        }
        assertThat(ImageReference.parse(parsed.toString()))
                .as("seed %d, text %s", seed, text)
                .isEqualTo(parsed);
    }
}
