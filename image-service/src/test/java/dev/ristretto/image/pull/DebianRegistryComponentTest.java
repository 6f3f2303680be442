// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.image.registry.Credentials.Anonymous;
import dev.ristretto.image.registry.RegistryClient;
import dev.ristretto.image.registry.RegistryHosts;
import dev.ristretto.image.registry.RetryPolicy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Our client against a registry that we have not written. */
class DebianRegistryComponentTest {
    @TempDir Path directory;
    private DebianRegistry server;
    private RegistryClient client;
    private PullImage pull;
    private final FakeImports imports = new FakeImports();

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Files.isExecutable(DebianRegistry.BINARY),
                "skipped: Debian's package docker-registry is not installed");
        server = DebianRegistry.start(directory);
        client =
                new RegistryClient(
                        new RegistryHosts(List.of(), List.of(server.host())),
                        new RegistryClient.Settings(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                RetryPolicy.DEFAULT));
        pull = new PullImage(client, imports, Platform.parse("linux/amd64"), 2);
    }

    @AfterEach
    void stop() throws Exception {
        if (pull != null) {
            pull.close();
            client.close();
            server.close();
        }
    }

    @Test
    void pull_byTagAndByDigest_getsWhatWasPushed() throws Exception {
        var layer = new byte[3_000_000];
        new Random(3).nextBytes(layer);
        var manifest = push("demo/app", "1", layer);

        var byTag = run("demo/app:1");

        assertThat(imports.layers.values()).containsExactly(layer);
        assertThat(run("demo/app@" + manifest)).isEqualTo(byTag);
    }

    @Test
    void blob_fromAnOffset_isTheRest() throws Exception {
        var layer = StubImage.bytes("0123456789");
        push("demo/app", "1", layer);
        var reference = ImageReference.parse(server.host() + "/demo/app:1");
        var session = client.open(reference, new Anonymous(), new Cancellation());

        try (var in = session.blob(StubImage.layer(layer), 4)) {
            assertThat(in.readAllBytes()).isEqualTo(StubImage.bytes("456789"));
        }
    }

    @Test
    void pull_ofAnUnknownTag_isNotFound() throws Exception {
        push("demo/app", "1", new byte[1]);

        assertThatThrownBy(() -> run("demo/app:2"))
                .hasMessageContaining("/demo/app:2: not found:")
                .hasMessageContaining("status 404");
    }

    private Object run(String name) {
        return pull.run(
                ImageReference.parse(server.host() + "/" + name),
                new Anonymous(),
                new Cancellation());
    }

    private Digest push(String repository, String tag, byte[] layer) throws Exception {
        var config = StubImage.config("amd64", tag, List.of(StubImage.layer(layer)));
        var manifest = StubImage.manifest(config, List.of(StubImage.layer(layer)));
        server.putBlob(repository, layer);
        server.putBlob(repository, config);
        server.putManifest(repository, tag, MediaTypes.OCI_MANIFEST, manifest);
        return Digest.sha256(manifest);
    }
}
