// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class IdPrefixTest {
    private static final List<String> IDS = List.of("abc1", "abd2", "f");

    @Test
    void wholeIdOrBeginning_findsTheOne() {
        assertThat(find("abc1")).contains("abc1");
        assertThat(find("abc")).contains("abc1");
        assertThat(find("f")).contains("f");
    }

    @Test
    void whatIsLongerThanAnId_findsNothing() {
        assertThat(find("abc12")).isEmpty();
        assertThat(find("ff")).isEmpty();
    }

    @Test
    void beginningOfSeveral_isRefusedWithTheirNumber() {
        assertThat(Refusal.of(() -> find("ab")))
                .isEqualTo(
                        new Refusal(
                                FaultKind.INVALID_ARGUMENT,
                                "container_id 'ab' is the beginning of 2 ids; give more of it"));
    }

    @Test
    void nothing_isRefused() {
        assertThat(Refusal.of(() -> find("")))
                .isEqualTo(new Refusal(FaultKind.INVALID_ARGUMENT, "container_id is empty"));
    }

    private static Optional<String> find(String text) {
        return IdPrefix.find("container_id", text, IDS, id -> id);
    }
}
