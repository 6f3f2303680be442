// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Format;
import dev.ristretto.cli.output.ProtoText;
import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import ristretto.v1.DoctorRequest;
import ristretto.v1.DoctorResponse;
import ristretto.v1.Finding;
import ristretto.v1.Finding.Level;

import java.util.concurrent.Callable;

@Command(
        name = "doctor",
        description = {
            "Tell what the daemon's host lacks, what that costs and what to do about it.",
            "Exit code 1 if pods cannot be run. Only ristrettod knows this call."
        },
        footer = {"ristretto doctor", "ristretto doctor -o json"})
final class Doctor implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table (default), json or yaml.")
    private Format format = Format.TABLE;

    Doctor(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var answer = connection.ristretto().doctor(DoctorRequest.getDefaultInstance());
            var text = new ProtoText();
            session.out()
                    .print(
                            format == Format.TABLE
                                    ? table(answer)
                                    : text.render(text.tree(answer), format));
            return count(answer, Level.BROKEN) == 0 ? 0 : 1;
        }
    }

    private static String table(DoctorResponse answer) {
        var table = new Table("", "OF", "WHAT");
        for (var finding : answer.getFindingsList()) {
            table.row(word(finding.getLevel()), finding.getSubject(), finding.getFact());
            below(table, finding.getCost().isEmpty() ? "" : "costs: " + finding.getCost());
            below(table, finding.getRemedy().isEmpty() ? "" : "to do: " + finding.getRemedy());
        }
        return "%s%n%d lacking, %d broken%n"
                .formatted(
                        table.render(), count(answer, Level.LACKING), count(answer, Level.BROKEN));
    }

    private static void below(Table table, String words) {
        if (!words.isEmpty()) {
            table.row("", "", "  " + words);
        }
    }

    private static String word(Level level) {
        return switch (level) {
            case GOOD -> "good";
            case LACKING -> "lacking";
            case BROKEN -> "BROKEN";
            case UNRECOGNIZED -> "?";
        };
    }

    private static long count(DoctorResponse answer, Level level) {
        return answer.getFindingsList().stream()
                .map(Finding::getLevel)
                .filter(level::equals)
                .count();
    }
}
