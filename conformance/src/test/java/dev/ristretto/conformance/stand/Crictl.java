// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Kubernetes' own client, held against one socket. */
public final class Crictl {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NetworkNamespace network;
    private final Path directory;
    private final Path config;
    private int files;

    Crictl(NetworkNamespace network, Path directory, Path socket) throws IOException {
        this.network = network;
        this.directory = Files.createDirectories(directory.resolve("crictl"));
        this.config = this.directory.resolve("crictl.yaml");
        Files.writeString(
                config,
                """
                runtime-endpoint: unix://%1$s
                image-endpoint: unix://%1$s
                timeout: 30
                """
                        .formatted(socket));
    }

    /** A call that has to succeed; answers what it printed. */
    public String call(String... arguments) throws IOException {
        return command(arguments).text();
    }

    /** A call of which the caller looks at the exit code. */
    public Command.Outcome attempt(String... arguments) throws IOException {
        return command(arguments).run();
    }

    /** A call that has to succeed and answers JSON. */
    public JsonNode json(String... arguments) throws IOException {
        return JSON.readTree(call(arguments));
    }

    /** The program with its arguments, to be run by the caller. */
    public Command command(String... arguments) {
        var words = new ArrayList<String>();
        words.add(Checkout.crictl().toString());
        words.addAll(List.of("--config", config.toString()));
        words.addAll(List.of(arguments));
        return Command.of(words).after(network.entry()).within(Duration.ofSeconds(90));
    }

    /** Writes a configuration as crictl reads it; answers its path. */
    public synchronized String file(String json) throws IOException {
        var file = directory.resolve("config-%d.json".formatted(++files));
        Files.writeString(file, json);
        return file.toString();
    }

    /** {@code runp}: answers the pod's id. */
    public String runPod(String podJson) throws IOException {
        return call("runp", file(podJson));
    }

    /** {@code create} and {@code start}: answers the container's id. */
    public String runContainer(String pod, String containerJson, String podJson)
            throws IOException {
        var container = call("create", pod, file(containerJson), file(podJson));
        call("start", container);
        return container;
    }

    /** The {@code status} object of {@code inspect}. */
    public JsonNode containerStatus(String container) throws IOException {
        return json("inspect", "-o", "json", container).path("status");
    }

    /** The {@code status} object of {@code inspectp}. */
    public JsonNode podStatus(String pod) throws IOException {
        return json("inspectp", "-o", "json", pod).path("status");
    }

    /** The container's first process as the host sees it, from the verbose part of inspect. */
    public long pid(String container) throws IOException {
        var info = json("inspect", "-o", "json", container).path("info");
        if (!info.path("pid").canConvertToLong()) {
            throw new AssertionError("inspect %s names no pid: %s".formatted(container, info));
        }
        return info.path("pid").asLong();
    }
}
