// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The filters that pods and containers share. */
final class NameFilter {
    @Option(
            names = "--name",
            paramLabel = "REGEX",
            description = "Only those whose name matches, somewhere in it.")
    private @Nullable Pattern name;

    @Option(
            names = "--namespace",
            paramLabel = "REGEX",
            description = "Only those whose pod's namespace matches.")
    private @Nullable Pattern namespace;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Only those with this label; may be repeated, all must match.")
    private final Map<String, String> labels = new LinkedHashMap<>();

    Map<String, String> labels() {
        return labels;
    }

    boolean matches(String itsName, String itsNamespace) {
        return found(name, itsName) && found(namespace, itsNamespace);
    }

    private static boolean found(@Nullable Pattern pattern, String text) {
        return pattern == null || pattern.matcher(text).find();
    }
}
