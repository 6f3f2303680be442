// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

class ChallengeTest {
    @Test
    void parse_ofBearer_readsItsParameters() {
        var challenges =
                Challenge.parse(
                        List.of(
                                "Bearer realm=\"https://auth.docker.io/token\","
                                        + "service=\"registry.docker.io\","
                                        + "scope=\"repository:a/b:pull,push\""));

        assertThat(challenges)
                .containsExactly(
                        new Challenge(
                                "bearer",
                                Map.of(
                                        "realm", "https://auth.docker.io/token",
                                        "service", "registry.docker.io",
                                        "scope", "repository:a/b:pull,push")));
    }

    @Test
    void parse_ofSeveralInOneLine_keepsThemApart() {
        var challenges =
                Challenge.parse(List.of("Basic realm=x, BEARER Realm = \"a\\\"b\" , service=s"));

        assertThat(challenges)
                .containsExactly(
                        new Challenge("basic", Map.of("realm", "x")),
                        new Challenge("bearer", Map.of("realm", "a\"b", "service", "s")));
    }

    @Test
    void parse_ofSeveralLines_readsAll() {
        assertThat(Challenge.parse(List.of("Negotiate", "Basic realm=\"r\"")))
                .extracting(Challenge::scheme)
                .containsExactly("negotiate", "basic");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",,,", "=", "\"", "Bearer realm=\"never closed", "a=b", "= = ="})
    void parse_ofNonsense_ends(String header) {
        assertThat(Challenge.parse(List.of(header))).hasSizeLessThan(2);
    }
}
