// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;

import runtime.v1.VersionRequest;

import java.util.concurrent.Callable;

@Command(
        name = "version",
        description = "Show the runtime's name and version.",
        footer = {"ristretto version"})
final class Version implements Callable<Integer> {
    private final Session session;

    Version(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var answer =
                    connection
                            .runtime()
                            .version(VersionRequest.newBuilder().setVersion("v1").build());
            var out = session.out();
            out.println("Version:  " + answer.getVersion());
            out.println("RuntimeName:  " + answer.getRuntimeName());
            out.println("RuntimeVersion:  " + answer.getRuntimeVersion());
            out.println("RuntimeApiVersion:  " + answer.getRuntimeApiVersion());
        }
        return 0;
    }
}
