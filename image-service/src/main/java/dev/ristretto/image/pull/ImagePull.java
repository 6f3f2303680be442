// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.ImageConfiguration;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.pull.ImageImport.Publication;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.image.registry.RegistrySession;
import dev.ristretto.image.store.ImageId;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;

/** The steps of one pull, for one reference, into one import. */
final class ImagePull {
    /** An index may lead to an index, but not for ever. */
    private static final int MAX_PATH = 4;

    private final ImageReference reference;
    private final RegistrySession session;
    private final ImageImport image;
    private final Cancellation cancellation;
    private final PullObserver observer;

    ImagePull(
            ImageReference reference,
            RegistrySession session,
            ImageImport image,
            Cancellation cancellation,
            PullObserver observer) {
        this.reference = reference;
        this.session = session;
        this.image = image;
        this.cancellation = cancellation;
        this.observer = observer;
    }

    ImageId run(Platform platform, ExecutorService layerWorkers) throws IOException {
        var path = new ArrayList<Descriptor>();
        var content = manifestFor(platform, path);
        var configuration = configuration(content.config());
        configuration.checkAgainst(content);
        checkPlatform(configuration, platform);
        fetch(layersOf(content, configuration), layerWorkers);
        // The last moment to turn back: from here on the image appears, wanted or not.
        cancellation.check();
        var publication = new Publication(reference, path, content, configuration);
        return step("publish it", () -> image.publish(publication));
    }

    private Manifest.Image manifestFor(Platform platform, List<Descriptor> path)
            throws IOException {
        // Asked even if the digest is known and its content is here: the registry says who may.
        var digest = step("resolve its digest", session::resolve);
        var declaredType = "";
        while (path.size() < MAX_PATH) {
            cancellation.check();
            var found = manifest(digest, declaredType);
            path.add(Descriptor.of(found.manifest.mediaType(), digest, found.sizeBytes));
            switch (found.manifest) {
                case Manifest.Image content -> {
                    return content;
                }
                case Manifest.Index index -> {
                    var chosen = index.choose(platform);
                    digest = chosen.digest();
                    declaredType = chosen.mediaType();
                }
            }
        }
        throw RuntimeFault.wrongState(
                "pull %s: an index leads to an index more than %d times", reference, MAX_PATH - 1);
    }

    private Found manifest(Digest digest, String declaredType) throws IOException {
        var here = image.find(digest);
        if (here.isPresent()) {
            return new Found(Manifests.parse(declaredType, here.get()), here.get().length);
        }
        var fetched = step("fetch manifest " + digest, () -> session.manifest(digest));
        observer.received(fetched.bytes().length);
        var type = declaredType.isEmpty() ? fetched.contentType() : declaredType;
        var manifest = Manifests.parse(type, fetched.bytes());
        image.add(digest, fetched.bytes());
        return new Found(manifest, fetched.bytes().length);
    }

    private ImageConfiguration configuration(Descriptor config) throws IOException {
        var here = image.find(config.digest());
        if (here.isPresent()) {
            return Manifests.parseConfiguration(here.get());
        }
        var bytes =
                step(
                        "fetch config " + config.digest(),
                        () -> {
                            try (var in = counted(session.blob(config, 0))) {
                                return in.readAllBytes(); // bounded by Manifests
                            }
                        });
        if (!config.digest().matches(bytes)) {
            throw RuntimeFault.wrongState(
                    "pull %s: image config has digest %s, but its manifest says %s",
                    reference, Digest.sha256(bytes), config.digest());
        }
        var configuration = Manifests.parseConfiguration(bytes);
        image.add(config.digest(), bytes);
        return configuration;
    }

    private void checkPlatform(ImageConfiguration configuration, Platform platform) {
        var built = configuration.platform();
        if (!built.architecture().isEmpty() && !platform.runs(built)) {
            throw RuntimeFault.wrongState(
                    "pull %s: the image is for %s, this node is %s; use an image built for it",
                    reference, built, platform);
        }
    }

    private static Set<Layer> layersOf(Manifest.Image content, ImageConfiguration configuration) {
        var layers = new LinkedHashSet<Layer>();
        for (int i = 0; i < content.layers().size(); i++) {
            layers.add(new Layer(content.layers().get(i), configuration.diffIds().get(i)));
        }
        return layers;
    }

    /** All layers at once; the first that fails stops the others, and all have ended on return. */
    private void fetch(Set<Layer> layers, ExecutorService workers) throws IOException {
        var completion =
                new ExecutorCompletionService<Layer>(
                        work -> workers.execute(observer.onBehalf(work)));
        for (var layer : layers) {
            var _ = completion.submit(() -> fetch(layer));
        }
        @Nullable Throwable failure = null;
        for (int ended = 0; ended < layers.size(); ended++) {
            var next = outcome(completion);
            if (next != null && failure == null) {
                failure = next;
                cancellation.cancel();
            }
        }
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private Layer fetch(Layer layer) throws IOException {
        cancellation.check();
        return step(
                "bring layer %s of %d bytes".formatted(layer.blob.digest(), layer.blob.sizeBytes()),
                () -> {
                    image.addLayer(
                            layer.blob,
                            layer.diffId,
                            offset -> counted(session.blob(layer.blob, offset)));
                    return layer;
                });
    }

    private InputStream counted(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int one = super.read();
                observer.received(one < 0 ? 0 : 1);
                return one;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                observer.received(Math.max(count, 0));
                return count;
            }
        };
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T step(String what, Work<T> work) throws IOException {
        long begun = System.nanoTime();
        @Nullable Throwable thrown = null;
        try {
            return work.run();
        } catch (IOException | RuntimeException e) {
            thrown = e;
            throw e;
        } finally {
            observer.step(reference, what, Duration.ofNanos(System.nanoTime() - begun), thrown);
        }
    }

    private static @Nullable Throwable outcome(ExecutorCompletionService<Layer> completion) {
        try {
            var _ = completion.take().get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CancellationException("interrupted");
        }
    }

    private record Layer(Descriptor blob, Digest diffId) {}

    private record Found(Manifest manifest, long sizeBytes) {}
}
