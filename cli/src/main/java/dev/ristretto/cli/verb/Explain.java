// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Format;
import dev.ristretto.cli.output.ProtoText;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import ristretto.v1.ExplainRequest;

import java.util.concurrent.Callable;

@Command(
        name = "explain",
        description = {
            "Tell what was done for a pod or a container, step by step, with the time that each step"
                    + " took, and why it is as it is: the last line is the cause.",
            "Pods and containers that were removed or never came to be are known for a while too."
                    + " A pod is explained with its containers. Only ristrettod knows this call."
        },
        footer = {
            "ristretto explain web",
            "ristretto explain --program 4f0c21",
            "ristretto explain -o json default/web"
        })
final class Explain implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table (default), json or yaml.")
    private Format format = Format.TABLE;

    @Option(
            names = {"-p", "--program"},
            description = "Show each operation of the programs that were run.")
    private boolean program;

    @Parameters(
            paramLabel = "POD|CONTAINER",
            description = "Id, its beginning, or name; of a pod also NAMESPACE/NAME.")
    private String object = "";

    Explain(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var answer =
                    connection
                            .ristretto()
                            .explain(ExplainRequest.newBuilder().setObject(object).build());
            var text = new ProtoText();
            session.out()
                    .print(
                            format == Format.TABLE
                                    ? new ExplainText(program).of(answer)
                                    : text.render(text.tree(answer), format));
        }
        return 0;
    }
}
