// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.stream.wire.ClientStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class ResizeEventsTest {
    @Test
    void next_readsObjectsHoweverTheyAreCut() throws IOException {
        var text = "{\"Width\":80,\"Height\":24}\n{\"Width\":132,\"Height\":43}\n";
        for (int cut = 1; cut < text.length(); cut++) {
            assertThat(sizes(text.substring(0, cut), text.substring(cut)))
                    .containsExactly(new TerminalSize(24, 80), new TerminalSize(43, 132));
        }
    }

    @Test
    void next_takesNamesInAnyCase() throws IOException {
        assertThat(sizes("{\"width\":1,\"height\":2,\"x\":0}"))
                .containsExactly(new TerminalSize(2, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "}",
                "nonsense}",
                "{\"Width\":65536,\"Height\":1}",
                "{\"Width\":-1,\"Height\":1}",
            })
    void next_refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> sizes(text)).isInstanceOf(IOException.class);
    }

    @Test
    void next_keepsNoMoreThanASizeCanHave() {
        assertThatThrownBy(() -> sizes("{\"Width\":" + "0".repeat(1024)))
                .hasMessage("resize stream: no object ends within 1024 bytes");
    }

    private static List<TerminalSize> sizes(String... chunks) throws IOException {
        var events = new ResizeEvents(new Chunks(chunks));
        var sizes = new ArrayList<TerminalSize>();
        for (var size = events.next(); size.isPresent(); size = events.next()) {
            sizes.add(size.get());
        }
        return sizes;
    }

    private static final class Chunks implements ClientStream {
        private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();

        Chunks(String... chunks) {
            for (var chunk : chunks) {
                this.chunks.add(chunk.getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.empty();
        }

        @Override
        public byte[] read() {
            return chunks.isEmpty() ? new byte[0] : chunks.remove();
        }

        @Override
        public void ignoreInput() {}

        @Override
        public void write(byte[] bytes) {}

        @Override
        public void finish(byte[] last) {}
    }
}
