// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Table;

import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tables of what was used between two looks. */
final class TwoLooks {
    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "DURATION",
            defaultValue = "1s",
            description = "Time between the two looks (default: 1s).")
    private Duration between = Duration.ofSeconds(1);

    @Option(
            names = {"-w", "--watch"},
            description = "Show it again and again, until Ctrl-C.")
    private boolean watch;

    /** What is looked at. */
    interface Subject<S> {
        List<S> look();

        String id(S stats);

        /** Of what was there both times; empty for what is not shown. */
        Optional<List<String>> row(S earlier, S now);
    }

    /** Prints one table, or more and more of them if they are watched. */
    <S> void print(PrintStream out, Subject<S> subject, String... headings)
            throws InterruptedException {
        do {
            var table = new Table(headings);
            fill(table, subject);
            out.print(table.render());
        } while (watch && !out.checkError());
    }

    private <S> void fill(Table table, Subject<S> subject) throws InterruptedException {
        var before = new HashMap<String, S>();
        for (var stats : subject.look()) {
            before.put(subject.id(stats), stats);
        }
        pause(between);
        for (var stats : subject.look()) {
            var earlier = before.get(subject.id(stats));
            if (earlier != null) {
                subject.row(earlier, stats).ifPresent(table::row);
            }
        }
    }

    /** What is measured here is time itself: there is no event to wait for. */
    static void pause(Duration between) throws InterruptedException {
        var never = new CountDownLatch(1);
        boolean woken = never.await(between.toNanos(), TimeUnit.NANOSECONDS);
        assert !woken;
    }
}
