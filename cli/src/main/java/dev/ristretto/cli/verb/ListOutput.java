// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import com.google.protobuf.Message;

import dev.ristretto.cli.output.Format;
import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.ProtoText;

import picocli.CommandLine.Option;

/** How a list is shown. */
final class ListOutput {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table (default), json or yaml.")
    private Format format = Format.TABLE;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the ids, whole.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Ids are not shortened.")
    private boolean whole;

    boolean quiet() {
        return quiet && format == Format.TABLE;
    }

    boolean table() {
        return format == Format.TABLE;
    }

    boolean whole() {
        return whole;
    }

    String id(String id) {
        return whole ? id : Human.shortId(id);
    }

    String render(Message list) {
        var text = new ProtoText();
        return text.render(text.tree(list), format);
    }
}
