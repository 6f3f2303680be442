// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an image wants to be run: the {@code config} object of the OCI image-spec, config.md. Empty
 * parts are left out of the JSON.
 *
 * @param user {@code user}, {@code uid}, {@code user:group} or {@code uid:gid}
 * @param stopSignal such as {@code SIGQUIT}
 * @param exposedPorts such as {@code 8080/tcp}
 */
public record ImageConfig(
        String user,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        String stopSignal,
        List<String> exposedPorts,
        List<String> volumes,
        Map<String, String> labels) {
    public ImageConfig {
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        exposedPorts = List.copyOf(exposedPorts);
        volumes = List.copyOf(volumes);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** A configuration that says nothing. */
    public static ImageConfig empty() {
        return new ImageConfig(
                "", List.of(), List.of(), List.of(), "", "", List.of(), List.of(), Map.of());
    }

    /** One that runs this command, with the usual search path. */
    public static ImageConfig running(String... cmd) {
        return empty().withEnv("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
                .withCmd(cmd);
    }

    public ImageConfig withUser(String value) {
        return new ImageConfig(
                value, env, entrypoint, cmd, workingDir, stopSignal, exposedPorts, volumes, labels);
    }

    public ImageConfig withEnv(String... value) {
        return new ImageConfig(
                user,
                List.of(value),
                entrypoint,
                cmd,
                workingDir,
                stopSignal,
                exposedPorts,
                volumes,
                labels);
    }

    public ImageConfig withEntrypoint(String... value) {
        return new ImageConfig(
                user,
                env,
                List.of(value),
                cmd,
                workingDir,
                stopSignal,
                exposedPorts,
                volumes,
                labels);
    }

    public ImageConfig withCmd(String... value) {
        return new ImageConfig(
                user,
                env,
                entrypoint,
                List.of(value),
                workingDir,
                stopSignal,
                exposedPorts,
                volumes,
                labels);
    }

    public ImageConfig withWorkingDir(String value) {
        return new ImageConfig(
                user, env, entrypoint, cmd, value, stopSignal, exposedPorts, volumes, labels);
    }

    public ImageConfig withStopSignal(String value) {
        return new ImageConfig(
                user, env, entrypoint, cmd, workingDir, value, exposedPorts, volumes, labels);
    }

    public ImageConfig withExposedPorts(String... value) {
        return new ImageConfig(
                user,
                env,
                entrypoint,
                cmd,
                workingDir,
                stopSignal,
                List.of(value),
                volumes,
                labels);
    }

    public ImageConfig withVolumes(String... value) {
        return new ImageConfig(
                user,
                env,
                entrypoint,
                cmd,
                workingDir,
                stopSignal,
                exposedPorts,
                List.of(value),
                labels);
    }

    public ImageConfig withLabels(Map<String, String> value) {
        return new ImageConfig(
                user, env, entrypoint, cmd, workingDir, stopSignal, exposedPorts, volumes, value);
    }
}
