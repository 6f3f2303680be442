// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;

import runtime.v1.RuntimeConfigRequest;

import java.util.concurrent.Callable;

@Command(
        name = "runtime-config",
        description = "Show the cgroup driver the runtime wants the kubelet to use.",
        footer = {"ristretto runtime-config"})
final class RuntimeConfiguration implements Callable<Integer> {
    private final Session session;

    RuntimeConfiguration(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var answer =
                    connection.runtime().runtimeConfig(RuntimeConfigRequest.getDefaultInstance());
            session.out().println("cgroup driver:  " + answer.getLinux().getCgroupDriver());
        }
        return 0;
    }
}
