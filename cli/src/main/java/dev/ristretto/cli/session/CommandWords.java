// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import java.util.List;

/** A command for a container, as it stands at the end of a command line. */
public final class CommandWords {
    private CommandWords() {}

    /** Without the {@code --} with which many people set it off. */
    public static List<String> of(List<String> words) {
        return !words.isEmpty() && words.getFirst().equals("--")
                ? List.copyOf(words.subList(1, words.size()))
                : List.copyOf(words);
    }
}
