// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class IdMapTest {
    private static final IdMap MAP =
            new IdMap(
                    List.of(
                            new IdMap.Range(0, 100_000, 1000),
                            new IdMap.Range(2000, 5, 1),
                            new IdMap.Range(4_294_967_290L, 7, 4)));

    @ParameterizedTest
    @CsvSource({"0, 100000", "999, 100999", "2000, 5", "4294967293, 10"})
    void whoIsMapped_isFoundOnTheHost(long inside, long outside) {
        assertThat(MAP.find(inside)).hasValue(outside);
        assertThat(MAP.onHost(inside)).isEqualTo(outside);
    }

    @ParameterizedTest
    @CsvSource({"1000", "1999", "2001", "4294967289", "4294967294"})
    void whoIsNot_isNobody(long inside) {
        assertThat(MAP.find(inside)).isEmpty();
        assertThat(MAP.onHost(inside)).isEqualTo(4_294_967_294L);
    }

    @Test
    void onTheHost_everybodyIsHimself() {
        assertThat(IdMap.HOST.find(1000)).hasValue(1000);
        assertThat(IdMap.HOST.isHost()).isTrue();
        assertThat(MAP.isHost()).isFalse();
    }

    @Test
    void numbers_areInTheOrderOfTheKernelsFile() {
        assertThat(MAP.numbers())
                .containsExactly(0L, 100_000L, 1000L, 2000L, 5L, 1L, 4_294_967_290L, 7L, 4L);
    }
}
