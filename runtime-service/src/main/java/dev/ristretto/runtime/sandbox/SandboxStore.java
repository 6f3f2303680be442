// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.IdPrefix;
import dev.ristretto.runtime.store.JsonRecords;
import dev.ristretto.runtime.store.ObjectStore;
import dev.ristretto.runtime.store.StateLayout;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** All pod sandboxes; see {@link ObjectStore} for what is guaranteed. */
public final class SandboxStore {
    private final ObjectStore<PodSandboxId, Sandbox> sandboxes;

    /** An empty store; recovery {@link #load}s what is on the disk. */
    public SandboxStore(StateLayout layout) {
        this(new JsonRecords<>(Sandbox.class, sandbox -> layout.podRecord(sandbox.id())));
    }

    /** An empty store that keeps its records elsewhere. */
    public SandboxStore(ObjectStore.Records<Sandbox> records) {
        sandboxes = new ObjectStore<>(Sandbox::id, records);
    }

    /** The sandbox with this id, whatever its state. */
    public Optional<Sandbox> find(PodSandboxId id) {
        return sandboxes.find(id);
    }

    /**
     * The sandbox with this id.
     *
     * @throws RuntimeFault {@code NOT_FOUND}
     */
    public Sandbox get(PodSandboxId id) {
        return find(id).orElseThrow(() -> RuntimeFault.notFound("pod sandbox %s not found", id));
    }

    /** The sandbox that clients mean by an id or its beginning. */
    public Optional<Sandbox> resolve(String idOrPrefix) {
        return IdPrefix.find("pod_sandbox_id", idOrPrefix, list(), sandbox -> sandbox.id().value());
    }

    /**
     * The same.
     *
     * @throws RuntimeFault {@code NOT_FOUND}
     */
    public Sandbox get(String idOrPrefix) {
        return resolve(idOrPrefix)
                .orElseThrow(() -> RuntimeFault.notFound("pod sandbox %s not found", idOrPrefix));
    }

    /** Those that clients may see. */
    public List<Sandbox> list() {
        return all().stream()
                .filter(sandbox -> !(sandbox.state() instanceof SandboxState.Creating))
                .toList();
    }

    /** Also those being made. */
    public List<Sandbox> all() {
        return sandboxes.list();
    }

    /** Tells of every change from now on, as {@link ObjectStore.Listener} says. */
    public void listen(ObjectStore.Listener<Sandbox> listener) {
        sandboxes.listen(listener);
    }

    /** Takes in what is on the disk. */
    public void load(Sandbox sandbox) {
        sandboxes.load(sandbox);
    }

    void insert(Sandbox sandbox) throws IOException {
        sandboxes.insert(sandbox);
    }

    @CanIgnoreReturnValue
    Sandbox update(PodSandboxId id, UnaryOperator<Sandbox> change) throws IOException {
        return sandboxes.update(id, change);
    }

    @CanIgnoreReturnValue
    Sandbox observe(PodSandboxId id, UnaryOperator<Sandbox> change) {
        return sandboxes.observe(id, change);
    }

    void remove(PodSandboxId id) throws IOException {
        sandboxes.remove(id);
    }
}
