// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class WebSocketDecoderTest {
    @Test
    void messages_comeOutWholeHoweverTheirBytesAreCut() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            var expected = new ArrayList<String>();
            var bytes = randomMessages(random, expected);

            assertThat(decoded(random, bytes))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(expected);
        }
    }

    @Test
    void longFrame_isHandedOnAsItComes() {
        var decoder = new EmbeddedChannel(new WebSocketDecoder());
        var header = HexFormat.of().parseHex("82ff" + "0000010000000000" + "00000000"); // 1 TiB
        decoder.writeInbound(Unpooled.wrappedBuffer(header));
        decoder.writeInbound(Unpooled.wrappedBuffer("abc".getBytes(StandardCharsets.US_ASCII)));
        decoder.writeInbound(Unpooled.wrappedBuffer("de".getBytes(StandardCharsets.US_ASCII)));

        BinaryWebSocketFrame first = decoder.readInbound();
        ContinuationWebSocketFrame second = decoder.readInbound();
        assertThat(first.content().toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
        assertThat(second.content().toString(StandardCharsets.US_ASCII)).isEqualTo("de");
        assertThat(first.isFinalFragment() || second.isFinalFragment()).isFalse();
        first.release();
        second.release();
        decoder.finishAndReleaseAll();
    }

    @ParameterizedTest
    @CsvSource({
        "820161,a client's frame is not masked",
        "c2810000000061,reserved bits are set",
        "83810000000061,opcode 3 does not exist",
        "8b8000000000,opcode 11 does not exist",
        "80810000000061,a continuation of nothing",
        "0281000000006182810000000061,a message inside a message",
        "098000000000,a control frame is fragmented",
        "89fe007e00000000,a control frame is fragmented or longer than 125 bytes",
        "82ff800000000000000000000000,a frame's length is negative",
    })
    void violation_isRefusedAndNothingReadAfterIt(String hex, String words) {
        var decoder = new EmbeddedChannel(new WebSocketDecoder());

        assertThatThrownBy(
                        () ->
                                decoder.writeInbound(
                                        Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex))))
                .isInstanceOf(CorruptedWebSocketFrameException.class)
                .hasMessageContaining(words);
        decoder.inboundMessages().clear();
        decoder.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("82810000000061")));
        assertThat(decoder.<WebSocketFrame>readInbound()).isNull();
        decoder.finishAndReleaseAll();
    }

    @Test
    void garbage_neverBreaksOut() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            var decoder = new EmbeddedChannel(new WebSocketDecoder());
            var bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            try {
                decoder.writeInbound(Unpooled.wrappedBuffer(bytes));
            } catch (CorruptedWebSocketFrameException e) {
                assertThat(e.closeStatus().code()).as("seed %d", seed).isEqualTo(1002);
            }
            decoder.finishAndReleaseAll();
        }
    }

    /** Messages in one or more frames, with control frames between; what is expected in words. */
    private static byte[] randomMessages(Random random, List<String> expected) {
        var encoder = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
        for (int message = 0; message < 3; message++) {
            var text = new StringBuilder();
            int frames = 1 + random.nextInt(3);
            boolean binary = random.nextBoolean();
            for (int i = 0; i < frames; i++) {
                boolean last = i == frames - 1;
                var part = "x".repeat(random.nextInt(4)) + "y".repeat(random.nextInt(2) * 70_000);
                encoder.writeOutbound(frame(i == 0, binary, last, part));
                text.append(part);
                if (last) {
                    expected.add((binary ? "binary " : "text ") + text);
                }
                if (random.nextInt(3) == 0) {
                    encoder.writeOutbound(new PingWebSocketFrame(content("p" + i)));
                    expected.add("ping p" + i);
                }
            }
        }
        encoder.writeOutbound(new CloseWebSocketFrame(1000, "bye"));
        expected.add("close 1000");
        var bytes = new ByteArrayOutputStream();
        for (ByteBuf b = encoder.readOutbound(); b != null; b = encoder.readOutbound()) {
            bytes.writeBytes(ByteBufUtil.getBytes(b));
            b.release();
        }
        return bytes.toByteArray();
    }

    private static WebSocketFrame frame(boolean first, boolean binary, boolean last, String text) {
        if (!first) {
            return new ContinuationWebSocketFrame(last, 0, content(text));
        }
        return binary
                ? new BinaryWebSocketFrame(last, 0, content(text))
                : new TextWebSocketFrame(last, 0, content(text));
    }

    private static ByteBuf content(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private static List<String> decoded(Random random, byte[] bytes) {
        var decoder = new EmbeddedChannel(new WebSocketDecoder());
        var words = new ArrayList<String>();
        var message = new StringBuilder();
        int at = 0;
        while (at < bytes.length) {
            int length =
                    Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(20_000) + 1));
            decoder.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
            at += length;
            WebSocketFrame frame = decoder.readInbound();
            while (frame != null) {
                note(frame, message, words);
                frame.release();
                frame = decoder.readInbound();
            }
        }
        decoder.finishAndReleaseAll();
        return words;
    }

    private static void note(WebSocketFrame frame, StringBuilder message, List<String> words) {
        var text = frame.content().toString(StandardCharsets.UTF_8);
        switch (frame) {
            case PingWebSocketFrame _ -> words.add("ping " + text);
            case CloseWebSocketFrame close -> words.add("close " + close.statusCode());
            case BinaryWebSocketFrame _ -> message.append("binary ").append(text);
            case TextWebSocketFrame _ -> message.append("text ").append(text);
            default -> message.append(text);
        }
        boolean control =
                frame instanceof PingWebSocketFrame || frame instanceof CloseWebSocketFrame;
        if (!control && frame.isFinalFragment()) {
            words.add(message.toString());
            message.setLength(0);
        }
    }
}
