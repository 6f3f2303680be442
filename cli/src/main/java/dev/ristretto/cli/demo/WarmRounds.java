// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.demo;

import dev.ristretto.cli.run.OnePod;
import dev.ristretto.cli.run.RunPlan;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;

import runtime.v1.ExecSyncRequest;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * The same again, several times: the first time of anything, here and in the daemon, is mostly the
 * loading of classes, not what a node sees all day.
 */
final class WarmRounds {
    private final Connection connection;
    private final Map<Step, double[]> millis = new EnumMap<>(Step.class);

    private enum Step {
        POD,
        CREATE,
        START,
        EXEC,
        STOP,
        REMOVE
    }

    /** One step of a pod's life. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    WarmRounds(Connection connection) {
        this.connection = connection;
    }

    /** Makes and removes so many pods, one after the other. */
    void run(int rounds, String namePrefix, BooleanSupplier interrupted) throws IOException {
        for (var step : Step.values()) {
            millis.put(step, new double[rounds]);
        }
        for (int i = 0; i < rounds; i++) {
            if (interrupted.getAsBoolean()) {
                throw CommandFailure.of("interrupted");
            }
            var uid = UUID.randomUUID().toString();
            var plan = RunPlan.of(Demo.request(), namePrefix + i, uid);
            var pod = new OnePod(connection, plan);
            try {
                round(i, pod);
            } catch (RuntimeException | IOException e) {
                pod.removeAfter(e);
                throw e;
            }
        }
    }

    private void round(int number, OnePod pod) throws IOException {
        time(number, Step.POD, pod::runPodSandbox);
        time(number, Step.CREATE, pod::createContainer);
        time(number, Step.START, pod::startContainer);
        time(number, Step.EXEC, () -> exec(pod));
        time(number, Step.STOP, () -> pod.stopContainer(Duration.ZERO));
        time(number, Step.REMOVE, pod::remove);
    }

    private void exec(OnePod pod) {
        var request =
                ExecSyncRequest.newBuilder()
                        .setContainerId(pod.containerId())
                        .addCmd("true")
                        .setTimeout(10)
                        .build();
        connection.acting().execSync(request);
    }

    private void time(int round, Step step, Action action) throws IOException {
        long begin = System.nanoTime();
        action.run();
        var times = millis.get(step);
        if (times != null) {
            times[round] = (System.nanoTime() - begin) / 1e6;
        }
    }

    /** Such as {@code pod 3.1, create 0.9, …}: medians in milliseconds. */
    String medians() {
        return millis.entrySet().stream()
                .map(entry -> median(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String median(Step step, double[] times) {
        var sorted = times.clone();
        Arrays.sort(sorted);
        var name = step.name().toLowerCase(Locale.ROOT);
        return String.format(Locale.ROOT, "%s %.1f", name, sorted[sorted.length / 2]);
    }
}
