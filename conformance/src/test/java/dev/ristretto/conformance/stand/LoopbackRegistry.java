// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's docker-registry on loopback of a network namespace. */
public final class LoopbackRegistry implements AutoCloseable {
    /** Name of the registry in references. The namespace is ours alone, so the port is free. */
    public static final String HOST = "127.0.0.1:5000";

    private final NetworkNamespace network;
    private final Path storage;
    private final Process process;

    private LoopbackRegistry(NetworkNamespace network, Path storage, Process process) {
        this.network = network;
        this.storage = storage;
        this.process = process;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param directory for its blobs and its configuration
     * @param log what it prints
     */
    public static LoopbackRegistry start(NetworkNamespace network, Path directory, Path log)
            throws IOException {
        var storage = Files.createDirectories(directory.resolve("registry"));
        var config = directory.resolve("registry.yml");
        Files.writeString(
                config,
                """
                version: 0.1
                log: { level: warn, accesslog: { disabled: true } }
                storage: { filesystem: { rootdirectory: "%s" }, delete: { enabled: true } }
                http: { addr: "%s" }
                """
                        .formatted(storage, HOST));
        var program = Checkout.debian("docker-registry", "/usr/bin/docker-registry");
        var words = new ArrayList<>(network.entry());
        words.addAll(List.of(program.toString(), "serve", config.toString()));
        var process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        var registry = new LoopbackRegistry(network, storage, process);
        Await.until(
                "docker-registry answers on %s; see %s".formatted(HOST, log),
                Duration.ofSeconds(30),
                registry::answers);
        return registry;
    }

    private boolean answers() throws IOException {
        var url = "http://%s/v2/".formatted(HOST);
        return network.command("curl", "-sf", "-m", "2", url).run().exitCode() == 0;
    }

    /** Copies an OCI archive there; answers the full reference. */
    public String push(Path ociArchive, String repositoryAndTag) throws IOException {
        return push(ociArchive, repositoryAndTag, "oci");
    }

    /**
     * The same with a manifest of another kind.
     *
     * @param format {@code oci} or {@code v2s2}, as skopeo(1) has it
     */
    public String push(Path ociArchive, String repositoryAndTag, String format) throws IOException {
        var reference = "%s/%s".formatted(HOST, repositoryAndTag);
        network.command(
                        "skopeo",
                        "copy",
                        "--insecure-policy",
                        "--dest-tls-verify=false",
                        "--format=" + format,
                        "oci-archive:" + ociArchive,
                        "docker://" + reference)
                .text();
        return reference;
    }

    /** Puts a manifest there as it is; what it names has to be there. Answers the reference. */
    public String putManifest(String mediaType, String json, String repositoryAndTag)
            throws IOException {
        int colon = repositoryAndTag.lastIndexOf(':');
        var url =
                "http://%s/v2/%s/manifests/%s"
                        .formatted(
                                HOST,
                                repositoryAndTag.substring(0, colon),
                                repositoryAndTag.substring(colon + 1));
        var words = new ArrayList<>(List.of("curl", "-sS", "--fail-with-body", "-X", "PUT"));
        words.addAll(List.of("-H", "Content-Type: " + mediaType, "--data-binary", "@-", url));
        Command.of(words).after(network.entry()).withInput(json).text();
        return "%s/%s".formatted(HOST, repositoryAndTag);
    }

    /** The manifest's digest, {@code sha256:…}, as the registry has it. */
    public String digest(String reference) throws IOException {
        return network.command(
                        "skopeo",
                        "inspect",
                        "--tls-verify=false",
                        "--format",
                        "{{.Digest}}",
                        "docker://" + reference)
                .text();
    }

    /** The file in which it keeps a blob. */
    public Path blob(String digest) {
        var hex = digest.substring("sha256:".length());
        return storage.resolve(
                "docker/registry/v2/blobs/sha256/%s/%s/data".formatted(hex.substring(0, 2), hex));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
