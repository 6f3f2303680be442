// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.demo;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.proc.ProcessTable;
import dev.ristretto.cli.run.OnePod;
import dev.ristretto.cli.run.RunPlan;
import dev.ristretto.cli.run.RunRequest;
import dev.ristretto.cli.run.UserSpec;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.ExitHook;
import dev.ristretto.cli.session.Session;

import io.grpc.StatusRuntimeException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** The verb {@code demo}. */
@Command(
        name = "demo",
        description = {
            "Show it: make an image of this host's busybox, run it in a pod, fetch its page, read"
                    + " its log, exec in it, and tell what each step took.",
            "Needs no registry, no CNI plugin and no configuration. The pod is removed at the end"
                    + " unless --keep is given; one of an earlier demo is removed first."
        },
        footer = {"ristretto demo", "ristretto demo --keep"})
public final class Demo implements Callable<Integer> {
    private static final String NAME = "demo";
    private static final int ROUNDS = 20;

    private final Session session;
    private final Steps steps;
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @Option(names = "--keep", description = "Leave the pod running.")
    private boolean keep;

    @Option(
            names = "--busybox",
            paramLabel = "FILE",
            description = "A static busybox (default: /bin/busybox).")
    private Path busybox = BusyboxImage.HOST_BUSYBOX;

    public Demo(Session session) {
        this.session = session;
        this.steps = new Steps(session.out());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var connection = session.connect()) {
            load(connection);
            EarlierDemo.remove(connection, steps);
            var uid = UUID.randomUUID().toString();
            var pod = new OnePod(connection, RunPlan.of(request(), NAME, uid));
            try (var hook = new ExitHook(() -> interrupt(pod))) {
                assert hook != null;
                show(connection, pod);
            } catch (RuntimeException | IOException | InterruptedException e) {
                pod.removeAfter(e);
                if (interrupted.get()) {
                    // That a step fails whose pod is taken from under it is no news.
                    throw CommandFailure.because(e, "interrupted; the pod is removed");
                }
                throw e;
            }
            if (!keep) {
                steps.time(
                        "removed",
                        () -> {
                            pod.remove();
                            return "pod, container and log";
                        });
            }
            next(pod);
        }
        return 0;
    }

    private void load(Connection connection) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("ristretto-demo-");
        var archive = directory.resolve("demo.tar");
        try {
            steps.time(
                    "image",
                    () -> {
                        new DemoImage(busybox).write(archive);
                        return "%s of %s".formatted(Human.size(Files.size(archive), 3), busybox);
                    });
            steps.time("load", () -> new LoadDemo(connection).run(archive));
        } finally {
            Files.deleteIfExists(archive);
            Files.delete(directory);
        }
    }

    private void show(Connection connection, OnePod pod) throws IOException, InterruptedException {
        steps.time(
                "pod",
                () -> {
                    pod.runPodSandbox();
                    return Human.shortId(pod.podSandboxId());
                });
        steps.time(
                "container",
                () -> {
                    pod.createContainer();
                    return Human.shortId(pod.containerId());
                });
        steps.time(
                "start",
                () -> {
                    pod.startContainer();
                    return "running";
                });
        var tour = new Tour(connection, pod, new ProcessTable());
        steps.time("ready", tour::awaitServing);
        var address = tour.address();
        steps.say("address", address);
        steps.time("page", () -> tour.fetchPage(address));
        steps.time("exec", () -> tour.exec("sh", "-c", "echo $(hostname): $(uname -sr)"));
        steps.time("log", tour::firstLines);
        steps.say("memory", tour.memory());
        var warm = new WarmRounds(connection);
        steps.time(
                ROUNDS + " more",
                () -> {
                    warm.run(ROUNDS, NAME + "-again-", interrupted::get);
                    return "pods, each with a container, one by one";
                });
        steps.say("", "median ms: " + warm.medians());
    }

    /** What every pod of the demo runs. */
    static RunRequest request() {
        return new RunRequest(
                DemoImage.REFERENCE,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of("app", "ristretto-demo"),
                UserSpec.OF_IMAGE,
                "",
                64L << 20,
                0,
                "",
                false,
                false);
    }

    private void interrupt(OnePod pod) {
        interrupted.set(true);
        try {
            pod.remove();
        } catch (StatusRuntimeException | IOException e) {
            session.report(NAME, e);
        }
    }

    private void next(OnePod pod) {
        var id = Human.shortId(pod.containerId());
        var out = session.out();
        out.println();
        out.println("Try next:");
        if (keep) {
            out.println("  ristretto ps");
            out.println("  ristretto logs -f " + id);
            out.println("  ristretto exec -s " + id + " ps");
            out.println("  ristretto inspectp " + NAME);
            out.println("  ristretto rmp -f " + NAME);
        } else {
            out.println("  ristretto demo --keep");
        }
        out.println("  ristretto run --rm " + DemoImage.REFERENCE + " echo hello");
        out.println("  ristretto --help");
    }
}
