// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicLong;

class TokensTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
    private final Tokens<String> tokens = new Tokens<>(Duration.ofMinutes(1), now::get);

    @Test
    void claim_countsOnce() {
        var token = tokens.keep("exec");

        assertThat(tokens.find(token)).contains("exec");
        assertThat(tokens.claim(token)).isTrue();
        assertThat(tokens.claim(token)).isFalse();
        assertThat(tokens.find(token)).isEmpty();
    }

    @Test
    void claim_afterItsLife_isFalse() {
        var token = tokens.keep("exec");

        now.addAndGet(Duration.ofSeconds(60).toNanos());

        assertThat(tokens.find(token)).isEmpty();
        assertThat(tokens.claim(token)).isFalse();
    }

    @Test
    void claim_beforeTheEndOfItsLife_isTrue() {
        var token = tokens.keep("exec");

        now.addAndGet(Duration.ofSeconds(60).toNanos() - 1);

        assertThat(tokens.claim(token)).isTrue();
    }

    @Test
    void keep_ofMoreThanAThousand_isExhausted() {
        for (int i = 0; i < 1000; i++) {
            assertThat(tokens.keep("exec")).isNotEmpty();
        }

        assertThatThrownBy(() -> tokens.keep("one more"))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.EXHAUSTED))
                .hasMessage(
                        "1000 streaming requests wait for a client to come to their URL; retry in 60 s");
    }

    @Test
    void keep_afterTheOthersHaveExpired_isPossibleAgain() {
        for (int i = 0; i < 1000; i++) {
            assertThat(tokens.keep("exec")).isNotEmpty();
        }

        now.addAndGet(Duration.ofSeconds(60).toNanos());

        assertThat(tokens.find(tokens.keep("one more"))).contains("one more");
    }

    @Test
    void keep_givesNamesThatFitIntoAUrlAndDiffer() {
        var seen = new HashSet<String>();
        for (int i = 0; i < 1000; i++) {
            var token = tokens.keep("exec");
            assertThat(token).matches("[A-Za-z0-9_-]{32}");
            seen.add(token);
        }

        assertThat(seen).hasSize(1000);
    }
}
