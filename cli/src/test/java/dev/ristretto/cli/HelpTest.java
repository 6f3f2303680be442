// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.ristretto.cli.session.Terminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class HelpTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static Stream<CommandLine> verbs() {
        return command().getSubcommands().values().stream().distinct();
    }

    static Stream<String> examples() {
        return verbs().flatMap(verb -> Arrays.stream(verb.getCommandSpec().usageMessage().footer()))
                .map(String::strip)
                .filter(line -> line.startsWith("ristretto "));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerb_isDescribed_withEachOptionAndAnExample(CommandLine verb) {
        var spec = verb.getCommandSpec();

        assertThat(spec.usageMessage().description()).isNotEmpty();
        assertThat(spec.usageMessage().footer())
                .anyMatch(line -> line.startsWith("  ristretto " + spec.name()));
        assertThat(spec.args()).allSatisfy(arg -> assertThat(arg.description()).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExample_isUnderstood(String example) {
        var words =
                WORD.matcher(example.substring("ristretto ".length()))
                        .results()
                        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                        .toArray(String[]::new);

        assertThatCode(() -> command().parseArgs(words)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerb_isListedUnderTheNameItHas(CommandLine verb) {
        var annotation = verb.getCommand().getClass().getAnnotation(Command.class);

        assertThat(verb.getCommandName())
                .isEqualTo(Objects.requireNonNull(annotation, verb.getCommandName()).name());
    }

    @Test
    void completion_isAScriptThatBashUnderstands(@TempDir Path dir) throws Exception {
        var script = dir.resolve("completion");
        try (var out =
                new PrintStream(Files.newOutputStream(script), false, StandardCharsets.UTF_8)) {
            var terminal = new Terminal(out, out);
            assertThat(
                            new Ristretto(terminal, InstantSource.system())
                                    .execute("completion", "bash"))
                    .isZero();
        }

        var bash =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "set -e; source " + script + "; complete -p ristretto")
                        .redirectErrorStream(true)
                        .start();

        var answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(answer).contains("complete").endsWith("ristretto\n");
        assertThat(script).content().contains("runp").contains("--keep-logs");
    }

    private static CommandLine command() {
        var nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Ristretto(new Terminal(nowhere, nowhere), InstantSource.system()).commandLine();
    }
}
