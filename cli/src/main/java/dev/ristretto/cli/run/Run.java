// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import dev.ristretto.cli.log.ContainerLiveness;
import dev.ristretto.cli.log.LogOptions;
import dev.ristretto.cli.log.LogReader;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.ExitHook;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxFilter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;

/** The verb {@code run}. */
@Command(
        name = "run",
        description = {
            "Run an image: a pod with one container, and its log, in one command.",
            "In the foreground it shows the log, Ctrl-C stops the container, and the container's"
                    + " exit code becomes this command's. The pod is then stopped, and kept for"
                    + " 'logs' and 'inspect' unless --rm is given."
        },
        footer = {
            "ristretto run --rm busybox echo hello",
            "ristretto run -d --name web -p 8080:80 -v ./site:/usr/share/nginx/html:ro nginx",
            "ristretto run --rm --memory 64m --cpus 0.5 -e LEVEL=debug busybox env",
            "ristretto run --rm --host-network --user 65534:65534 --read-only busybox ip addr"
        })
public final class Run implements Callable<Integer> {
    private final Session session;

    @Mixin private final RunOptions options = new RunOptions();

    @Option(
            names = {"-d", "--detach"},
            description = "Do not wait: print the container's id and leave it running.")
    private boolean detach;

    @Option(names = "--rm", description = "Remove pod and log when the container has ended.")
    private boolean remove;

    @Option(
            names = "--stop-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "After Ctrl-C, time until the container is killed (default: 10s).")
    private Duration stopTimeout = Duration.ofSeconds(10);

    @Option(
            names = "--pull",
            paramLabel = "WHEN",
            defaultValue = "missing",
            description = "always, missing (default) or never.")
    private PullPolicy pull = PullPolicy.MISSING;

    public Run(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (detach && remove) {
            throw CommandFailure.misused(
                    "--rm needs somebody who waits for the end; use it without --detach");
        }
        var uid = UUID.randomUUID().toString();
        var request = options.request();
        try (var connection = session.connect()) {
            var name = options.name(uid);
            refuseSecondOfName(connection, name);
            pull.apply(connection, request.image(), session.err());
            var pod = new OnePod(connection, RunPlan.of(request, name, uid));
            if (detach) {
                start(pod);
                session.out().println(pod.containerId());
                return 0;
            }
            return inForeground(connection, pod);
        }
    }

    private int inForeground(Connection connection, OnePod pod)
            throws IOException, InterruptedException {
        try (var interrupted = new ExitHook(() -> pod.stopContainer(stopTimeout))) {
            assert interrupted != null;
            start(pod);
            var log = Path.of(pod.containerStatus().getLogPath());
            new LogReader(log, LogOptions.everything(), session.terminal())
                    .follow(new ContainerLiveness(connection, pod.containerId()));
            int exitCode = pod.containerStatus().getExitCode();
            if (remove) {
                pod.remove();
            } else {
                pod.stopPodSandbox();
            }
            return exitCode;
        }
    }

    private static void start(OnePod pod) throws IOException {
        try {
            pod.runPodSandbox();
            pod.createContainer();
            pod.startContainer();
        } catch (RuntimeException | IOException e) {
            pod.removeAfter(e);
            throw e;
        }
    }

    /** The CRI would allow it, with another uid; then a name would not find one pod any more. */
    private static void refuseSecondOfName(Connection connection, String name) {
        var filter = PodSandboxFilter.newBuilder().putLabelSelector("io.kubernetes.pod.name", name);
        var request = ListPodSandboxRequest.newBuilder().setFilter(filter).build();
        connection.runtime().listPodSandbox(request).getItemsList().stream()
                .filter(pod -> pod.getMetadata().getName().equals(name))
                .map(PodSandbox::getId)
                .findFirst()
                .ifPresent(
                        id -> {
                            throw CommandFailure.of(
                                    "there is a pod named '%s' (%s); remove it with 'ristretto rmp"
                                            + " -f %s', or choose another --name",
                                    name, id, name);
                        });
    }
}
