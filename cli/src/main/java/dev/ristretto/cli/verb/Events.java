// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import runtime.v1.GetEventsRequest;

import java.time.Duration;
import java.util.concurrent.Callable;

@Command(
        name = "events",
        description = {
            "Show what happens to containers and pods from now on, until Ctrl-C.",
            "A command that does not keep up is cut off by the runtime, and says so."
        },
        footer = {"ristretto events", "ristretto events -o yaml"})
final class Events implements Callable<Integer> {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final Session session;

    @Mixin private final TreeOutput output = new TreeOutput();

    Events(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var events =
                    connection
                            .runtime(FOR_EVER)
                            .getContainerEvents(GetEventsRequest.getDefaultInstance());
            // Who reads this is served with each, not with a block of them; and gone, it ends.
            while (!session.out().checkError() && events.hasNext()) {
                session.out().print(output.render(events.next()));
            }
        }
        return 0;
    }
}
