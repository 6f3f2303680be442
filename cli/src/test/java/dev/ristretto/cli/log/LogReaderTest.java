// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.cli.log.LogOptions.Streams;
import dev.ristretto.cli.session.Terminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class LogReaderTest {
    @TempDir Path dir;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void streams_goWhereTheContainerWroteThem_andPartsAreJoined() throws Exception {
        write(
                """
                2026-01-01T00:00:00.000000001Z stdout F one
                2026-01-01T00:00:00.000000002Z stdout P begin-
                2026-01-01T00:00:00.000000003Z stderr F oops
                2026-01-01T00:00:00.000000004Z stdout F end
                2026-01-01T00:00:00.000000005Z stdout F\s
                """);

        reader(LogOptions.everything()).read();

        assertThat(text(out)).isEqualTo("one\nbegin-end\n\n");
        assertThat(text(err)).isEqualTo("oops\n");
    }

    @Test
    void timestamps_standBeforeALine_notBeforeItsParts() throws Exception {
        write(
                """
                2026-01-01T00:00:01Z stdout P a
                2026-01-01T00:00:02Z stdout F b
                """);

        reader(new LogOptions(none(), none(), Instant.MIN, true, Streams.BOTH)).read();

        assertThat(text(out)).isEqualTo("2026-01-01T00:00:01Z ab\n");
    }

    @Test
    void aTornOrForeignLine_isShownAsItIs() throws Exception {
        write("2026-01-01T00:00:00Z stdout F good\n2026-01-01T0\n{\"log\":\"x\"}\ntorn");

        reader(LogOptions.everything()).read();

        assertThat(text(out)).isEqualTo("good\n2026-01-01T0\n{\"log\":\"x\"}\ntorn\n");
    }

    @Test
    void contentThatIsNoText_isKept() throws Exception {
        Files.write(
                log(),
                "2026-01-01T00:00:00Z stdout F \u00ff\u0000\u0080\n"
                        .getBytes(StandardCharsets.ISO_8859_1));

        reader(LogOptions.everything()).read();

        assertThat(out.toByteArray()).containsExactly(0xff, 0x00, 0x80, '\n');
    }

    @Test
    void options_limitWhatIsShown() throws Exception {
        write(
                """
                2026-01-01T00:00:01Z stdout F first
                2026-01-01T00:00:02Z stderr F error
                2026-01-01T00:00:03Z stdout F third
                """);

        reader(
                        new LogOptions(
                                none(),
                                none(),
                                Instant.parse("2026-01-01T00:00:02Z"),
                                false,
                                Streams.BOTH))
                .read();
        assertThat(text(out)).isEqualTo("third\n");
        out.reset();

        reader(new LogOptions(none(), none(), Instant.MIN, false, Streams.STDERR)).read();
        assertThat(text(out)).isEmpty();

        reader(new LogOptions(none(), OptionalLong.of(7), Instant.MIN, false, Streams.STDOUT))
                .read();
        assertThat(text(out)).isEqualTo("first\nth\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, ''",
        "1, 'joined;'",
        "2, 'two;joined;'",
        "3, 'one;two;joined;'",
        "9, 'one;two;joined;'"
    })
    void tail_countsLinesAsTheContainerWroteThem(long lines, String shown) throws Exception {
        write(
                """
                2026-01-01T00:00:00Z stdout F one
                2026-01-01T00:00:00Z stdout F two
                2026-01-01T00:00:00Z stdout P join
                2026-01-01T00:00:00Z stdout F ed
                """);

        reader(tail(lines)).read();

        assertThat(text(out).replace('\n', ';')).isEqualTo(shown);
    }

    @Test
    void tail_ofAFileOfManyBlocks_isRight() throws Exception {
        var lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append("2026-01-01T00:00:00Z stdout F line ").append(i).append('\n');
        }
        write(lines.toString());

        reader(tail(5_000)).read();

        assertThat(text(out))
                .startsWith("line 15000\n")
                .endsWith("line 19999\n")
                .hasLineCount(5_000);
    }

    @Test
    void follow_goesOnThroughARotation_untilTheContainerIsDone() throws Exception {
        write("2026-01-01T00:00:00Z stdout F before\n");
        var looks = new AtomicInteger();

        // The container writes while nobody looks, and ends at the fourth look.
        reader(LogOptions.everything())
                .follow(
                        () -> {
                            switch (looks.incrementAndGet()) {
                                case 1 -> append("2026-01-01T00:00:00Z stdout F more\n");
                                case 2 -> {
                                    append("2026-01-01T00:00:00Z stdout F last of old\n");
                                    rotate();
                                }
                                case 3 -> write("2026-01-01T00:00:00Z stdout F new\n");
                                default -> append("2026-01-01T00:00:00Z stdout F farewell\n");
                            }
                            return looks.get() < 4;
                        });

        assertThat(text(out)).isEqualTo("before\nmore\nlast of old\nnew\nfarewell\n");
    }

    @Test
    void follow_waitsForAFileThatIsNotThereYet() throws Exception {
        var looks = new AtomicInteger();

        reader(LogOptions.everything())
                .follow(
                        () -> {
                            if (looks.incrementAndGet() == 2) {
                                write("2026-01-01T00:00:00Z stdout F late\n");
                            }
                            return looks.get() < 4;
                        });

        assertThat(text(out)).isEqualTo("late\n");
    }

    @Test
    void delete_takesTheRotationsOfThisLogToo_andNothingElse() throws Exception {
        write("");
        var rotated = Files.writeString(dir.resolve("0.log.20260101-101010"), "");
        var zipped = Files.writeString(dir.resolve("0.log.20260101-101011.gz"), "");
        var other = Files.writeString(dir.resolve("0.log.mine"), "");

        LogFiles.delete(log());
        LogFiles.delete(log());
        LogFiles.delete(dir.resolve("none/0.log"));

        assertThat(log()).doesNotExist();
        assertThat(rotated).doesNotExist();
        assertThat(zipped).doesNotExist();
        assertThat(other).exists();
    }

    private LogReader reader(LogOptions options) {
        return new LogReader(log(), options, new Terminal(print(out), print(err)));
    }

    private static LogOptions tail(long lines) {
        return new LogOptions(OptionalLong.of(lines), none(), Instant.MIN, false, Streams.BOTH);
    }

    private static OptionalLong none() {
        return OptionalLong.empty();
    }

    private Path log() {
        return dir.resolve("0.log");
    }

    private void write(String lines) {
        try {
            Files.writeString(log(), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(String lines) {
        try {
            Files.writeString(log(), lines, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rotate() {
        try {
            Files.move(log(), dir.resolve("0.log.20260101-000000"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
