// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import picocli.CommandLine.Option;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** {@code --latest} and {@code --last}: how many of a list, newest first. */
final class Newest {
    @Option(
            names = {"-l", "--latest"},
            description = "Only the one created last, whatever its state.")
    private boolean latest;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            description = "Only the N created last, whatever their state; 0 for all.")
    private int last;

    boolean asked() {
        return latest || last > 0;
    }

    <T> List<T> of(List<T> all, ToLongFunction<T> createdAt) {
        long count = last > 0 ? last : latest ? 1 : Long.MAX_VALUE;
        return all.stream()
                .sorted(Comparator.comparingLong(createdAt).reversed())
                .limit(count)
                .toList();
    }
}
