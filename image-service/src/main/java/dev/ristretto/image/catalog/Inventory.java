// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.content.BlobStore;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.snapshot.LayerHolds;
import dev.ristretto.image.snapshot.LayerStore;
import dev.ristretto.image.store.ImageId;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is needed and by whom: by images, by containers, by imports that run, and for an hour by one
 * that broke off, whose next attempt would fetch it again. Everything else is garbage.
 *
 * <p>One lock, held for work in memory and for renames, never while something is read, fetched,
 * synced or deleted. To hold is to look under the same lock: what was found stays.
 */
final class Inventory implements LayerHolds {
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final BlobStore blobs;
    private final LayerStore layers;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Object, Needs> imports = new HashMap<>();

    @GuardedBy("lock")
    private final Map<Needs, Instant> abandoned = new HashMap<>();

    @GuardedBy("lock")
    private final Map<String, Set<Digest>> containers = new HashMap<>();

    /** Written under the lock; readers take what is current. */
    private volatile CatalogView view;

    Inventory(BlobStore blobs, LayerStore layers, InstantSource clock, CatalogView view) {
        this.blobs = blobs;
        this.layers = layers;
        this.clock = clock;
        this.view = view;
    }

    CatalogView view() {
        return view;
    }

    void replaceView(CatalogView next) {
        lock.lock();
        try {
            view = next;
        } finally {
            lock.unlock();
        }
    }

    /** From now on an import needs a blob, whether it is here or not. */
    void holdBlob(Object owner, Digest blob) {
        lock.lock();
        try {
            needsOf(owner).blobs.add(blob);
        } finally {
            lock.unlock();
        }
    }

    /** From now on an import needs a layer, whether it is here or not. */
    void holdLayer(Object owner, Digest diffId) {
        lock.lock();
        try {
            needsOf(owner).layers.add(diffId);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private Needs needsOf(Object owner) {
        return imports.computeIfAbsent(owner, _ -> new Needs());
    }

    /** An import is over, and what it brought is either an image's or not to be kept. */
    void end(Object owner, Keep keep) throws IOException {
        lock.lock();
        try {
            imports.remove(owner);
        } finally {
            lock.unlock();
        }
        collect(keep);
    }

    /** An import broke off; it may be tried again soon. */
    void abandon(Object owner) throws IOException {
        lock.lock();
        try {
            var needs = imports.remove(owner);
            if (needs != null) {
                abandoned.put(needs, clock.instant());
            }
        } finally {
            lock.unlock();
        }
        collect(Keep.ABANDONED);
    }

    @Override
    public List<Digest> holdImage(String containerId, ImageId image) {
        lock.lock();
        try {
            var content =
                    view.content(image)
                            .orElseThrow(
                                    () ->
                                            RuntimeFault.notFound(
                                                    "image %s is not here; pull it", image));
            var diffIds = content.configuration().diffIds();
            containers.put(containerId, Set.copyOf(diffIds));
            return diffIds;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void holdLayers(String containerId, List<Digest> diffIds) {
        lock.lock();
        try {
            containers.put(containerId, Set.copyOf(diffIds));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void release(String containerId) throws IOException {
        lock.lock();
        try {
            var held = containers.remove(containerId);
            if (held == null || view.diffIds().containsAll(held)) {
                return; // the usual end of a container: its image is still there
            }
        } finally {
            lock.unlock();
        }
        collect(Keep.ABANDONED);
    }

    /** Makes garbage disappear, then deletes it. */
    void collect(Keep keep) throws IOException {
        Set<Digest> inUse;
        lock.lock();
        try {
            forgetAbandoned(keep);
            inUse = discardGarbage();
        } finally {
            lock.unlock();
        }
        layers.emptyTrash();
        blobs.deletePartials(inUse, keep == Keep.NOTHING ? Duration.ZERO : PATIENCE);
    }

    @GuardedBy("lock")
    private void forgetAbandoned(Keep keep) {
        switch (keep) {
            case NOTHING -> abandoned.clear();
            case ABANDONED -> {
                var oldest = clock.instant().minus(PATIENCE);
                abandoned.values().removeIf(since -> since.isBefore(oldest));
            }
        }
    }

    @GuardedBy("lock")
    private Set<Digest> discardGarbage() throws IOException {
        var neededBlobs = new HashSet<>(view.blobs());
        var neededLayers = new HashSet<>(view.diffIds());
        containers.values().forEach(neededLayers::addAll);
        for (var needs : all(imports.values(), abandoned.keySet())) {
            neededBlobs.addAll(needs.blobs);
            neededLayers.addAll(needs.layers);
        }
        for (var blob : blobs.digests()) {
            if (!neededBlobs.contains(blob)) {
                blobs.discard(blob);
            }
        }
        for (var layer : layers.diffIds()) {
            if (!neededLayers.contains(layer)) {
                layers.discard(layer);
            }
        }
        return neededBlobs;
    }

    private static Set<Needs> all(Collection<Needs> some, Collection<Needs> others) {
        var all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    /** Content that no image has yet. */
    private static final class Needs {
        private final Set<Digest> blobs = new HashSet<>();
        private final Set<Digest> layers = new HashSet<>();
    }

    /** What, besides what is in use, stays. */
    enum Keep {
        /** What an import left that broke off a short while ago. */
        ABANDONED,
        /** Nothing: space is wanted. */
        NOTHING
    }
}
