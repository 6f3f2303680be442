// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Does one step after the other and prints what came of each and how long it took. */
final class Steps {
    private final PrintStream out;

    /** What a step says of itself. */
    @FunctionalInterface
    interface Step extends Callable<String> {
        @Override
        String call() throws IOException, InterruptedException;
    }

    Steps(PrintStream out) {
        this.out = out;
    }

    void time(String name, Step step) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        var result = step.call();
        double millis = (System.nanoTime() - begin) / 1e6;
        var lines = result.strip().lines().toList();
        line(name, "%-56s %8.1f ms".formatted(lines.isEmpty() ? "" : lines.getFirst(), millis));
        lines.stream().skip(1).forEach(more -> line("", more));
    }

    void say(String name, String text) {
        line(name, text);
    }

    private void line(String name, String text) {
        out.println(String.format(Locale.ROOT, "  %-10s %s", name, text).stripTrailing());
        out.flush();
    }
}
