// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.image.reference.ImageReference;

import java.time.Duration;

/** The way to all registries. One for the daemon; keeps connections; safe from any thread. */
public final class RegistryClient implements AutoCloseable {
    private final RegistryHosts hosts;
    private final Settings settings;
    private final HttpClients clients;
    private final StallWatch watch;

    public RegistryClient(RegistryHosts hosts, Settings settings) {
        this.hosts = hosts;
        this.settings = settings;
        this.clients = new HttpClients(settings.connectTimeout());
        this.watch = new StallWatch(settings.progressTimeout());
    }

    /**
     * Begins to pull: reads the hosts files, connects to nothing yet.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code INVALID_ARGUMENT} that names a bad hosts file
     */
    public RegistrySession open(
            ImageReference reference, Credentials credentials, Cancellation cancellation) {
        var exchanges = new HttpExchanges(clients, settings, watch, cancellation);
        var tokens = new TokenServer(exchanges);
        var endpoints =
                hosts.endpoints(reference.host()).stream()
                        .map(
                                endpoint ->
                                        new EndpointClient(
                                                endpoint,
                                                new EndpointAuth(
                                                        endpoint,
                                                        reference.repository(),
                                                        credentials,
                                                        tokens),
                                                exchanges))
                        .toList();
        return new RegistrySession(reference, endpoints, settings.retry(), cancellation);
    }

    @Override
    public void close() {
        clients.close();
        watch.close();
    }

    /**
     * How patient to be.
     *
     * @param connectTimeout for a connection
     * @param progressTimeout without a byte received while one is waited for
     */
    public record Settings(Duration connectTimeout, Duration progressTimeout, RetryPolicy retry) {}
}
