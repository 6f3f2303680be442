// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.Digest.Algorithm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

class DigestTest {
    private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);
    private static final String SHA256_ABC =
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void sha256_ofKnownBytes_isThePublishedValue() {
        assertThat(Digest.sha256(ABC)).hasToString(SHA256_ABC);
    }

    @Test
    void parse_ofSha512_matchesItsContentAndNoOther() {
        var digest =
                Digest.parse(
                        "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");

        assertThat(digest.algorithm()).isEqualTo(Algorithm.SHA512);
        assertThat(digest.matches(ABC)).isTrue();
        assertThat(digest.matches(new byte[] {'a', 'b', 'd'})).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "abc, has no algorithm",
        "md5:900150983cd24fb0d6963f7d28e17f72, algorithm 'md5'",
        "sha256:, no 64 lowercase hex digits",
        "sha256:abc, no 64 lowercase hex digits",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD, lowercase",
        "sha256:../../../../../../../../../../../../../../../../../../../../../etc/passwd, hex",
    })
    void parse_ofBadText_saysWhatIsWrong(String text, String expected) {
        assertThatThrownBy(() -> Digest.parse(text))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining(expected);
    }
}
