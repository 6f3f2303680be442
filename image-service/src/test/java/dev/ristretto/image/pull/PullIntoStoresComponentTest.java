// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.ImageFixture;
import dev.ristretto.image.ImageStores;
import dev.ristretto.image.StoresFixture;
import dev.ristretto.image.Tools;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.image.registry.Credentials.Anonymous;
import dev.ristretto.image.registry.RegistryClient;
import dev.ristretto.image.registry.RegistryHosts;
import dev.ristretto.image.registry.RetryPolicy;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.unpack.TarBuilder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The whole way: a registry that others wrote, our client, real stores. */
class PullIntoStoresComponentTest {
    @TempDir Path temporary;
    private DebianRegistry server;
    private RegistryClient client;
    private PullImage pull;
    private ImageStores stores;
    private StoresFixture fixture;

    @BeforeEach
    void start() throws Exception {
        Tools.assume("docker-registry");
        server = DebianRegistry.start(Files.createDirectory(temporary.resolve("registry")));
        fixture = new StoresFixture(temporary.resolve("state"));
        stores = fixture.open();
        client =
                new RegistryClient(
                        new RegistryHosts(List.of(), List.of(server.host())),
                        new RegistryClient.Settings(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                RetryPolicy.DEFAULT));
        pull = new PullImage(client, stores.imports(), Platform.parse("linux/amd64"), 2);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            pull.close();
            client.close();
            stores.close();
            server.close();
        }
    }

    @Test
    void pull_unpacksAllLayers_andIsFoundByItsNames() throws Exception {
        var image = push("demo/app", "1", ImageFixture.gzip("x", tar(1), tar(2), tar(3)));

        assertThat(run("demo/app:1")).isEqualTo(image.id());
        assertThat(run("demo/app@" + image.manifestDigest())).isEqualTo(image.id());

        var stored = stores.images().list().getFirst();
        assertThat(stored.repoTags()).containsExactly(server.host() + "/demo/app:1");
        assertThat(stored.repoDigests())
                .containsExactly(server.host() + "/demo/app@" + image.manifestDigest());
        for (int i = 0; i < 3; i++) {
            assertThat(fixture.layer(image.diffId(i).hex()).resolve("random")).hasSize(300_000);
        }
        assertThat(fixture.hidden()).isEmpty();
    }

    @Test
    void pull_ofATagThatMoved_bringsTheNewImage() throws Exception {
        var old = push("demo/app", "1", ImageFixture.gzip("old", tar(1)));
        run("demo/app:1");
        var next = push("demo/app", "1", ImageFixture.gzip("new", tar(1), tar(2)));

        assertThat(run("demo/app:1")).isEqualTo(next.id());

        assertThat(stores.images().find(old.id().value()).orElseThrow().repoTags()).isEmpty();
        assertThat(stores.images().list()).hasSize(2);
        assertThat(fixture.layers()).hasSize(2);
    }

    @Test
    void pull_ofAnImageThatLies_leavesNothing() throws Exception {
        var good = ImageFixture.gzip("x", tar(1));
        var lying = good.withDiffIds("0".repeat(64));
        push("demo/app", "1", lying);

        assertThatThrownBy(() -> run("demo/app:1"))
                .hasMessageContaining("its diffID is " + good.diffId(0))
                .extracting(e -> ((RuntimeFault) e).kind())
                .isEqualTo(FaultKind.WRONG_STATE);

        assertThat(stores.images().list()).isEmpty();
        assertThat(fixture.layers()).isEmpty();
        assertThat(fixture.hidden()).isEmpty();
    }

    private ImageId run(String name) {
        return pull.run(
                ImageReference.parse(server.host() + "/" + name),
                new Anonymous(),
                new Cancellation());
    }

    private ImageFixture push(String repository, String tag, ImageFixture image) throws Exception {
        for (var blob : image.blobs()) {
            server.putBlob(repository, blob);
        }
        server.putBlob(repository, image.config());
        server.putManifest(repository, tag, MediaTypes.OCI_MANIFEST, image.manifest());
        return image;
    }

    private static byte[] tar(int seed) {
        var random = new byte[300_000];
        new Random(seed).nextBytes(random);
        return new TarBuilder().file("random", random, _ -> {}).build();
    }
}
