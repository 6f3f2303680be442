// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HexFormat;
import java.util.Random;

final class KernelStringTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "61",
                "c3a9", // é
                "f09f8d95", // a pizza, two surrogates in Java
                "e9", // é in Latin 1
                "61e962ff",
                "c3", // cut off
                "f09f8d", // cut off
                "eda080", // a surrogate, not valid in UTF-8
                "c0af", // overlong slash
                "f09f8d95e9", // an escape after a low surrogate
            })
    void anyBytes_decodedAndEncoded_areTheSame(String hex) {
        var bytes = HexFormat.of().parseHex(hex);

        assertThat(KernelString.encode(KernelString.decode(bytes))).isEqualTo(bytes);
    }

    @Test
    void randomBytes_decodedAndEncoded_areTheSame() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            var bytes = new byte[random.nextInt(24)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (1 + random.nextInt(255));
            }

            assertThat(KernelString.encode(KernelString.decode(bytes)))
                    .as("seed %d, %s", seed, HexFormat.of().formatHex(bytes))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void overlongSlash_isNotDecodedToASlash() {
        assertThat(KernelString.decode(new byte[] {(byte) 0xc0, (byte) 0xaf})).doesNotContain("/");
    }

    @Test
    void encode_ofNul_isRefused() {
        assertThatThrownBy(() -> KernelString.encode("a\0b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("index 1");
    }
}
