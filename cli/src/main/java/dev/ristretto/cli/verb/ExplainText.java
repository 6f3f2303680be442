// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.Table;

import ristretto.v1.ExplainResponse;
import ristretto.v1.Flight;
import ristretto.v1.FlightEntry;
import ristretto.v1.FlightStep;
import ristretto.v1.ProgramOperation;
import ristretto.v1.RepeatedCall;
import ristretto.v1.Subject;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** An explanation for people: what was done, by time, then the cause in the last line. */
final class ExplainText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** An operation that took so many nanoseconds is worth a line of its own. */
    private static final long SLOW = 5_000_000;

    private final boolean withPrograms;
    private final Table table = new Table("TIME (UTC)", "TOOK", "OF", "WHAT");

    ExplainText(boolean withPrograms) {
        this.withPrograms = withPrograms;
    }

    private record Line(Subject subject, FlightEntry entry) {}

    String of(ExplainResponse explained) {
        var lines = new ArrayList<Line>();
        var seen = new HashSet<FlightEntry>();
        for (var flight : explained.getFlightsList()) {
            for (var entry : flight.getEntriesList()) {
                // A pull is recorded with the pod and with the image.
                if (seen.add(entry)) {
                    lines.add(new Line(flight.getSubject(), entry));
                }
            }
        }
        lines.sort(Comparator.comparing(line -> line.entry().getAt()));
        lines.forEach(line -> add(line.subject(), line.entry()));
        explained.getFlightsList().forEach(this::addRest);
        explained.getRunningList().forEach(entry -> addRunning(explained.getSubject(), entry));
        return "%s: %s%n%n%s%n%s%n"
                .formatted(
                        described(explained.getSubject()),
                        explained.getState(),
                        table.render(),
                        lastLine(explained));
    }

    private static String lastLine(ExplainResponse explained) {
        return explained.getFailed() ? "cause: " + explained.getCause() : explained.getCause();
    }

    private void add(Subject subject, FlightEntry entry) {
        table.row(
                time(entry.getAt()),
                took(entry.getTook()),
                shortName(subject),
                entry.getWhat() + (entry.getFailure().isEmpty() ? "" : ": failed"));
        entry.getStepsList().forEach(this::add);
        if (entry.getDroppedSteps() > 0) {
            below("  and %d steps more".formatted(entry.getDroppedSteps()));
        }
        if (!entry.getFailure().isEmpty()) {
            below("  " + oneLine(entry.getFailure()));
        }
    }

    private void add(FlightStep step) {
        var operations = step.getProgramList();
        var what =
                operations.isEmpty()
                        ? step.getWhat()
                        : "%s: %d operations".formatted(step.getWhat(), operations.size());
        var failed = step.getFailure().isEmpty() ? "" : ": failed";
        var goesOn = step.getGoesOn() ? " goes on" : "";
        table.row("", took(step.getTook()), "", "  " + what + failed + goesOn);
        for (int i = 0; i < operations.size(); i++) {
            add(i, operations.get(i));
        }
    }

    private void add(int index, ProgramOperation operation) {
        if (withPrograms || operation.getFailed() || operation.getTook() >= SLOW) {
            table.row(
                    "",
                    tookFine(operation.getTook()),
                    "",
                    "    %d %s%s"
                            .formatted(
                                    index,
                                    operation.getWords(),
                                    operation.getFailed() ? ": failed" : ""));
        }
    }

    private void addRest(Flight flight) {
        for (var repeated : flight.getRepeatedCallsList()) {
            table.row(
                    time(repeated.getLastAt()),
                    took(repeated.getLastTook()),
                    shortName(flight.getSubject()),
                    words(repeated));
        }
        if (flight.getDroppedEntries() > 0) {
            below(
                    "%d calls of %s more, which are not kept"
                            .formatted(flight.getDroppedEntries(), shortName(flight.getSubject())));
        }
    }

    private static String words(RepeatedCall repeated) {
        var failures =
                repeated.getFailures() == 0
                        ? "none failed"
                        : "%d failed, last: %s"
                                .formatted(
                                        repeated.getFailures(), oneLine(repeated.getLastFailure()));
        return "%s, %d times, the longest took %s; %s"
                .formatted(
                        repeated.getRpc(),
                        repeated.getCount(),
                        took(repeated.getLongestTook()),
                        failures);
    }

    private void addRunning(Subject subject, FlightEntry entry) {
        table.row(
                time(entry.getAt()),
                took(entry.getTook()),
                shortName(subject),
                entry.getWhat() + " goes on");
        entry.getStepsList().forEach(this::add);
    }

    private void below(String what) {
        table.row(List.of("", "", "", what));
    }

    private static String described(Subject subject) {
        var id = subject.getId();
        return "%s %s%s"
                .formatted(
                        subject.getKind(),
                        subject.getName(),
                        id.isEmpty() ? "" : " (" + Human.shortId(id) + ")");
    }

    private static String shortName(Subject subject) {
        var name = subject.getName();
        return subject.getKind().equals("pod") ? "pod" : name;
    }

    private static String time(long unixNanos) {
        return TIME.format(Human.instant(unixNanos));
    }

    private static String took(long nanos) {
        if (nanos == 0) {
            return "";
        }
        double millis = nanos / 1e6;
        return millis < 1_000
                ? String.format(Locale.ROOT, "%.2f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1_000);
    }

    /** Most operations take some microseconds. */
    private static String tookFine(long nanos) {
        return nanos > 0 && nanos < 100_000
                ? String.format(Locale.ROOT, "%.2f µs", nanos / 1e3)
                : took(nanos);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
