// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.fault.Undo;
import dev.ristretto.image.ImageStores;
import dev.ristretto.image.grpc.ImageGrpcService;
import dev.ristretto.image.grpc.RistrettoGrpcService;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.pull.PullImage;
import dev.ristretto.image.pull.PullObserver;
import dev.ristretto.image.registry.RegistryClient;
import dev.ristretto.image.registry.RegistryHosts;
import dev.ristretto.image.registry.RetryPolicy;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.config.RistrettoConfig;

import io.grpc.BindableService;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Images: their stores, and what brings them. */
record ImageParts(ImageStores stores, RegistryClient registry, PullImage pull, InstantSource clock)
        implements AutoCloseable {
    static ImageParts open(
            LinuxSyscalls linux, RistrettoConfig config, InstantSource clock, PullObserver observer)
            throws IOException {
        var platform = Platform.ofArchitecture(System.getProperty("os.arch", ""));
        var image = config.image();
        var stores =
                ImageStores.open(
                        linux,
                        new ImageStores.Settings(
                                config.stateDir(),
                                platform,
                                image.maxLayerBytes(),
                                image.maxLayerEntries()),
                        clock);
        var registry = registry(config.registry());
        int layers =
                image.parallelLayers() > 0
                        ? image.parallelLayers()
                        : Runtime.getRuntime().availableProcessors();
        return new ImageParts(
                stores,
                registry,
                new PullImage(registry, stores.imports(), platform, layers, observer),
                clock);
    }

    private static RegistryClient registry(RistrettoConfig.Registry registry) {
        return new RegistryClient(
                new RegistryHosts(registry.configPath(), registry.plainHttp()),
                new RegistryClient.Settings(
                        Duration.ofSeconds(registry.connectTimeoutSeconds()),
                        Duration.ofSeconds(registry.progressTimeoutSeconds()),
                        RetryPolicy.DEFAULT));
    }

    List<BindableService> services() {
        return List.of(
                new ImageGrpcService(
                        stores.images(), pull, stores.removal(), stores.usage(), clock));
    }

    /** Answers what our own service is asked about images. */
    RistrettoGrpcService ownService() {
        return new RistrettoGrpcService(stores.loading());
    }

    @Override
    public void close() throws IOException {
        try (var undo = new Undo()) {
            undo.push(stores::close);
            undo.push(registry::close);
            undo.push(pull::close);
        }
    }
}
