// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.image.registry.Credentials;
import dev.ristretto.image.registry.RegistryClient;
import dev.ristretto.image.store.ImageId;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * PullImage. Callers that want the same reference with the same credentials share one pull; it goes
 * on while one of them is left and is cancelled with the last.
 */
public final class PullImage implements AutoCloseable {
    private final RegistryClient registry;
    private final ImageImports imports;
    private final Platform platform;
    private final PullObserver observer;
    private final ExecutorService layerWorkers;
    private final ConcurrentMap<Key, SharedPull> running = new ConcurrentHashMap<>();

    /**
     * @param platform what this node runs
     * @param parallelLayers layers fetched and unpacked at once, over all pulls
     */
    public PullImage(
            RegistryClient registry, ImageImports imports, Platform platform, int parallelLayers) {
        this(registry, imports, platform, parallelLayers, PullObserver.NONE);
    }

    /**
     * The same, with somebody who hears of its steps.
     *
     * @param platform what this node runs
     * @param parallelLayers layers fetched and unpacked at once, over all pulls
     */
    public PullImage(
            RegistryClient registry,
            ImageImports imports,
            Platform platform,
            int parallelLayers,
            PullObserver observer) {
        this.observer = observer;
        this.registry = registry;
        this.imports = imports;
        this.platform = platform;
        this.layerWorkers =
                Executors.newFixedThreadPool(
                        parallelLayers,
                        Thread.ofPlatform().daemon().name("pull-layer-", 0).factory());
    }

    /**
     * Brings an image here, or makes sure that the one here is what the registry has now.
     *
     * @param caller cancelled when the caller no longer waits
     * @return the id by which the kubelet will name the image from now on
     */
    public ImageId run(ImageReference reference, Credentials credentials, Cancellation caller) {
        var key = new Key(reference, credentials);
        while (true) {
            caller.check();
            var fresh = new SharedPull();
            var known = running.putIfAbsent(key, fresh);
            if (known == null) {
                start(key, fresh);
                return fresh.await(caller);
            }
            if (known.tryJoin()) {
                return known.await(caller);
            }
            // The last caller of that pull has left: let it unwind, then begin anew.
            known.awaitEnd(caller);
        }
    }

    private void start(Key key, SharedPull pull) {
        Thread.ofVirtual()
                .name("pull-" + key.reference)
                .start(
                        observer.onBehalf(
                                () -> {
                                    pull.complete(() -> pull(key, pull.cancellation()));
                                    running.remove(key, pull);
                                    pull.end();
                                }));
    }

    private ImageId pull(Key key, Cancellation cancellation) {
        var reference = key.reference;
        try (var image = imports.begin()) {
            var session = registry.open(reference, key.credentials, cancellation);
            return new ImagePull(reference, session, image, cancellation, observer)
                    .run(platform, layerWorkers);
        } catch (IOException e) {
            throw fault(reference, e);
        }
    }

    private static RuntimeFault fault(ImageReference reference, IOException e) {
        var words = String.valueOf(e.getMessage());
        if (words.contains("No space left on device")) {
            return RuntimeFault.exhausted(
                    e, "pull %s: %s; free space where images are stored", reference, words);
        }
        return RuntimeFault.internal(e, "pull %s: %s", reference, words);
    }

    /** Cancels what runs. */
    @Override
    public void close() {
        running.values().forEach(pull -> pull.cancellation().cancel());
        layerWorkers.shutdown();
    }

    /** Credentials are part of it: who may not see an image does not get it by joining. */
    private record Key(ImageReference reference, Credentials credentials) {}
}
