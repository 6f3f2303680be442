// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The containers of a {@link FakeShim}, and who watches them. */
final class FakeContainers {
    private static final int FIRST_PID = 1000;

    private final Path podDirectory;
    private final InstantSource clock;
    private final Map<ContainerId, ContainerReport> reports = new LinkedHashMap<>();
    private final List<FakeConnection> watchers = new ArrayList<>();
    private int pids = FIRST_PID;

    FakeContainers(Path podDirectory, InstantSource clock) {
        this.podDirectory = podDirectory;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    synchronized int nextPid() {
        return ++pids;
    }

    synchronized Optional<ContainerReport> report(ContainerId containerId) {
        return Optional.ofNullable(reports.get(containerId));
    }

    synchronized List<ContainerReport> reports() {
        return List.copyOf(reports.values());
    }

    synchronized void starting(ContainerId containerId) throws IOException {
        publish(new ContainerReport.Starting(containerId));
    }

    synchronized ContainerReport.Running start(ContainerId containerId) throws IOException {
        var running = new ContainerReport.Running(containerId, nextPid(), now());
        publish(running);
        return running;
    }

    synchronized void end(ContainerId containerId, ExitStatus status) throws IOException {
        if (!(reports.get(containerId) instanceof ContainerReport.Running running)) {
            throw new AssertionError(containerId + " does not run");
        }
        var exit = new ExitRecord(status, running.startedAt(), now());
        var file = podDirectory.resolve("exits").resolve(containerId.value());
        var temporary = file.resolveSibling(".new");
        Files.writeString(temporary, line(exit), StandardCharsets.US_ASCII);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        publish(new ContainerReport.Exited(containerId, exit));
    }

    synchronized void forget(ContainerId containerId) throws IOException {
        reports.remove(containerId);
        Files.deleteIfExists(podDirectory.resolve("exits").resolve(containerId.value()));
    }

    synchronized void status(FakeConnection connection, int shimPid) throws IOException {
        var payload = FakeConnection.fields(12 + 97 * reports.size());
        payload.putInt(shimPid).putInt(1).putInt(reports.size());
        reports.values().forEach(report -> payload.put(payload(report)));
        connection.send(41, payload.array());
    }

    /** Announces what there is, then every change, until the other side hangs up. */
    void watch(FakeConnection connection) throws IOException {
        synchronized (this) {
            for (var report : reports.values()) {
                connection.send(39, payload(report));
            }
            connection.send(40, new byte[0]);
            watchers.add(connection);
        }
        var _ = connection.receive();
    }

    private void publish(ContainerReport report) throws IOException {
        reports.put(report.containerId(), report);
        for (var watcher : List.copyOf(watchers)) {
            try {
                watcher.send(39, payload(report));
            } catch (IOException e) {
                watchers.remove(watcher);
            }
        }
    }

    private static String line(ExitRecord exit) {
        var how =
                switch (exit.status()) {
                    case ExitStatus.Exited(var code) -> "exited " + code;
                    case ExitStatus.Signaled(var signal) -> "signaled " + signal;
                };
        return "1 %s %d %d\n"
                .formatted(
                        how,
                        FakeConnection.nanos(exit.startedAt()),
                        FakeConnection.nanos(exit.finishedAt()));
    }

    private static byte[] payload(ContainerReport report) {
        var id = report.containerId().value().getBytes(StandardCharsets.US_ASCII);
        var payload = FakeConnection.text(FakeConnection.fields(id.length + 33), id);
        return switch (report) {
            case ContainerReport.Starting _ -> payload.array();
            case ContainerReport.Running(_, var pid, var startedAt) ->
                    payload.putInt(1).putInt(pid).putLong(FakeConnection.nanos(startedAt)).array();
            case ContainerReport.Exited(_, var exit) ->
                    payload.putInt(2)
                            .putInt(0)
                            .putLong(FakeConnection.nanos(exit.startedAt()))
                            .putInt(FakeConnection.waitStatus(exit.status()))
                            .putLong(FakeConnection.nanos(exit.finishedAt()))
                            .array();
        };
    }
}
