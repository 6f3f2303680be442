// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.IdPrefix;
import dev.ristretto.runtime.store.JsonRecords;
import dev.ristretto.runtime.store.ObjectStore;
import dev.ristretto.runtime.store.StateLayout;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** All containers; see {@link ObjectStore} for what is guaranteed. */
public final class ContainerStore {
    private final ObjectStore<ContainerId, Container> containers;

    /** An empty store; recovery {@link #load}s what is on the disk. */
    public ContainerStore(StateLayout layout) {
        this(
                new JsonRecords<>(
                        Container.class, container -> layout.containerRecord(container.id())));
    }

    /** An empty store that keeps its records elsewhere. */
    public ContainerStore(ObjectStore.Records<Container> records) {
        containers = new ObjectStore<>(Container::id, records);
    }

    /** The container with this id. */
    public Optional<Container> find(ContainerId id) {
        return containers.find(id);
    }

    /**
     * The container with this id.
     *
     * @throws RuntimeFault {@code NOT_FOUND}
     */
    public Container get(ContainerId id) {
        return find(id).orElseThrow(() -> RuntimeFault.notFound("container %s not found", id));
    }

    /** The container that clients mean by an id or its beginning. */
    public Optional<Container> resolve(String idOrPrefix) {
        return IdPrefix.find(
                "container_id", idOrPrefix, list(), container -> container.id().value());
    }

    /**
     * The same.
     *
     * @throws RuntimeFault {@code NOT_FOUND}
     */
    public Container get(String idOrPrefix) {
        return resolve(idOrPrefix)
                .orElseThrow(() -> RuntimeFault.notFound("container %s not found", idOrPrefix));
    }

    /** All containers. */
    public List<Container> list() {
        return containers.list();
    }

    /** The containers of a pod. */
    public List<Container> of(PodSandboxId id) {
        return list().stream().filter(container -> container.podSandboxId().equals(id)).toList();
    }

    /** Tells of every change from now on, as {@link ObjectStore.Listener} says. */
    public void listen(ObjectStore.Listener<Container> listener) {
        containers.listen(listener);
    }

    /** Takes in what is on the disk. */
    public void load(Container container) {
        containers.load(container);
    }

    void insert(Container container) throws IOException {
        containers.insert(container);
    }

    @CanIgnoreReturnValue
    Container update(ContainerId id, UnaryOperator<Container> change) throws IOException {
        return containers.update(id, change);
    }

    @CanIgnoreReturnValue
    Container observe(ContainerId id, UnaryOperator<Container> change) {
        return containers.observe(id, change);
    }

    void remove(ContainerId id) throws IOException {
        containers.remove(id);
    }
}
