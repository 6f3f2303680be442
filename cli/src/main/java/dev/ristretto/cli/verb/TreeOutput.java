// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import com.google.protobuf.Message;

import dev.ristretto.cli.output.Format;
import dev.ristretto.cli.output.ProtoText;
import dev.ristretto.cli.session.CommandFailure;

import picocli.CommandLine.Option;

/** How something is shown that is no table. */
final class TreeOutput {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "json",
            description = "json (default) or yaml.")
    private Format format = Format.JSON;

    /**
     * @throws CommandFailure if a table is asked for
     */
    String render(Message message) {
        if (format == Format.TABLE) {
            throw CommandFailure.misused("-o table: this is shown as json or yaml only");
        }
        var text = new ProtoText();
        return text.render(text.tree(message), format);
    }
}
