// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Credentials.Anonymous;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A client with short patience, for stubs. */
final class RegistryFixture implements AutoCloseable {
    static final RetryPolicy QUICK =
            new RetryPolicy(4, Duration.ofMillis(4), Duration.ofMillis(20));

    final Cancellation cancellation = new Cancellation();
    private final RegistryClient client;

    RegistryFixture(List<Path> hostsDirectories, List<String> plainHttp, Duration patience) {
        this.client =
                new RegistryClient(
                        new RegistryHosts(hostsDirectories, plainHttp),
                        new RegistryClient.Settings(Duration.ofSeconds(5), patience, QUICK));
    }

    static RegistryFixture plain(StubRegistry... stubs) {
        return new RegistryFixture(
                List.of(),
                List.of(stubs).stream().map(StubRegistry::host).toList(),
                Duration.ofSeconds(20));
    }

    static RegistryFixture configured(Path hostsDirectory) {
        return new RegistryFixture(List.of(hostsDirectory), List.of(), Duration.ofSeconds(20));
    }

    RegistrySession session(String reference) {
        return session(reference, new Anonymous());
    }

    RegistrySession session(String reference, Credentials credentials) {
        return client.open(ImageReference.parse(reference), credentials, cancellation);
    }

    @Override
    public void close() {
        client.close();
    }
}
