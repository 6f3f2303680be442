// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.ImageId;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores in memory: layers are not unpacked, but their bytes are read and checked. */
public final class FakeImports implements ImageImports {
    final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<Digest, byte[]> layers = new ConcurrentHashMap<>();
    final List<ImageImport.Publication> published = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    volatile Optional<IOException> diskFailure = Optional.empty();

    @Override
    public ImageImport begin() {
        open.incrementAndGet();
        return new FakeImport();
    }

    private final class FakeImport implements ImageImport {
        @Override
        public Optional<byte[]> find(Digest digest) {
            return Optional.ofNullable(blobs.get(digest));
        }

        @Override
        public void add(Digest digest, byte[] content) {
            blobs.put(digest, content);
        }

        @Override
        public void addLayer(Descriptor layer, Digest diffId, BlobSource source)
                throws IOException {
            if (layers.containsKey(diffId)) {
                return;
            }
            try (var in = source.open(0)) {
                var bytes = in.readAllBytes();
                if (diskFailure.isPresent()) {
                    throw diskFailure.get();
                }
                if (!layer.digest().matches(bytes)) {
                    throw RuntimeFault.wrongState("layer %s has other bytes", layer.digest());
                }
                layers.put(diffId, bytes);
            }
        }

        @Override
        public ImageId publish(Publication image) {
            published.add(image);
            return new ImageId(image.content().config().digest().toString());
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
