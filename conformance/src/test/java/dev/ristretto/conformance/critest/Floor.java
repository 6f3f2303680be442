// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import dev.ristretto.conformance.critest.Spec.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The specs that passed before and have to pass from then on; one name a line, {@code #} begins a
 * comment. It only grows.
 */
record Floor(List<String> names) {
    private static final String HEADER =
            """
            # SPDX-License-Identifier: Apache-2.0
            #
            # The specs that have to pass; see docs/conformance.md.
            """;

    Floor {
        names = List.copyOf(new TreeSet<>(names));
    }

    static Floor read(Path file) throws IOException {
        return new Floor(
                Files.readAllLines(file).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .toList());
    }

    void write(Path file) throws IOException {
        Files.writeString(file, HEADER + String.join("\n", names) + "\n");
    }

    Floor raised(CritestReport report) {
        var all = new ArrayList<>(names);
        report.with(Outcome.PASSED).forEach(spec -> all.add(spec.name()));
        return new Floor(all);
    }

    /**
     * The specs that passed once and do not now, each with the reason. After a run of chosen specs
     * those that did not run are no news.
     */
    List<String> broken(CritestReport report, boolean whole) {
        var specs =
                report.specs().stream()
                        .collect(
                                Collectors.toMap(
                                        Spec::name, Function.identity(), (first, _) -> first));
        var broken = new ArrayList<String>();
        for (var name : names) {
            var spec = specs.get(name);
            if (spec == null) {
                if (whole) {
                    broken.add("%s: did not run".formatted(name));
                }
            } else if (spec.outcome() != Outcome.PASSED) {
                broken.add("%s: %s: %s".formatted(name, spec.outcome(), spec.reason()));
            }
        }
        return broken;
    }

    /** Passed, and not yet in here. */
    List<String> above(CritestReport report) {
        return report.with(Outcome.PASSED).stream()
                .map(Spec::name)
                .filter(name -> !names.contains(name))
                .toList();
    }
}
