// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import runtime.v1.Image;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class PacedStreamTest {
    /** About 1 KiB each. */
    private static final int ITEM_BYTES = 1024;

    private final AtomicInteger made = new AtomicInteger();

    private void send(PacedRecorder<List<Image>> client, int items) {
        var iterator = IntStream.range(0, items).mapToObj(this::item).iterator();
        PacedStream.send(client, iterator, some -> some);
    }

    private Image item(int number) {
        made.incrementAndGet();
        return Image.newBuilder()
                .setId(Integer.toString(number))
                .setUsername("x".repeat(ITEM_BYTES))
                .build();
    }

    @Test
    void allItems_arriveOnceAndInOrder() {
        var client = new PacedRecorder<List<Image>>(Integer.MAX_VALUE);

        send(client, 1000);

        assertThat(client.messages.stream().flatMap(List::stream).map(Image::getId))
                .containsExactlyElementsOf(
                        IntStream.range(0, 1000).mapToObj(Integer::toString).toList());
        assertThat(client.completions).isEqualTo(1);
    }

    @Test
    void messages_areOfBoundedSize() {
        var client = new PacedRecorder<List<Image>>(Integer.MAX_VALUE);

        send(client, 1000);

        assertThat(client.messages).hasSizeBetween(4, 6);
        assertThat(client.messages)
                .allSatisfy(
                        m ->
                                assertThat(m.stream().mapToInt(Image::getSerializedSize).sum())
                                        .isLessThan(258 << 10));
    }

    @Test
    void nothingIsMade_forAClientThatDoesNotRead() {
        var client = new PacedRecorder<List<Image>>(1);

        send(client, 100_000);

        assertThat(client.messages).hasSize(1);
        assertThat(made).hasValueLessThan(300);
        client.makeRoom(1);
        assertThat(client.messages).hasSize(2);
        assertThat(made).hasValueLessThan(600);
        assertThat(client.completions).isZero();
    }

    @Test
    void nothing_isAnEndWithoutAMessage() {
        var client = new PacedRecorder<List<Image>>(1);

        send(client, 0);

        assertThat(client.messages).isEmpty();
        assertThat(client.completions).isEqualTo(1);
    }

    @Test
    void clientThatLeaves_isSentNothingMore() {
        var client = new PacedRecorder<List<Image>>(1);
        send(client, 1000);

        client.leave();

        assertThat(client.messages).hasSize(1);
        assertThat(client.completions).isZero();
    }
}
