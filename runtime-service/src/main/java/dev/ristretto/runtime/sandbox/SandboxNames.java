// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.spec.SandboxMetadata;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Who owns which name. The same request sent again, as the kubelet does after a time-out, joins the
 * one that is under way or gets its result; "name is reserved" is never an answer to it.
 */
public final class SandboxNames {
    private final Map<SandboxMetadata, Claim> claims = new ConcurrentHashMap<>();
    private final SandboxStore sandboxes;

    /** No name is taken. */
    public SandboxNames(SandboxStore sandboxes) {
        this.sandboxes = sandboxes;
    }

    /** A sandbox that was found at start owns its name. */
    public void load(Sandbox sandbox) {
        claims.put(
                sandbox.config().metadata(),
                new Claim(sandbox.config(), CompletableFuture.completedFuture(sandbox.id())));
    }

    /**
     * Makes a sandbox under its name, or answers with the one that the same request made.
     *
     * @throws RuntimeFault {@code NAME_TAKEN} if another request owns the name
     */
    PodSandboxId claim(SandboxConfig config, Making making) throws IOException {
        var mine = new Claim(config, new CompletableFuture<>());
        while (true) {
            var owner = claims.putIfAbsent(config.metadata(), mine);
            if (owner == null) {
                return make(mine, making);
            }
            if (!owner.config.equals(config)) {
                throw taken(config, owner);
            }
            var id = await(owner);
            var sandbox = sandboxes.find(id);
            if (sandbox.isEmpty()) {
                claims.remove(config.metadata(), owner); // removed between the two look-ups
            } else if (sandbox.get().state() instanceof SandboxState.Ready) {
                return id;
            } else {
                throw taken(config, owner);
            }
        }
    }

    /** The sandbox is gone: its name is free. */
    void release(Sandbox sandbox) {
        claims.computeIfPresent(
                sandbox.config().metadata(),
                (_, claim) -> sandbox.id().equals(claim.owner()) ? null : claim);
    }

    private PodSandboxId make(Claim mine, Making making) throws IOException {
        try {
            var id = making.make();
            mine.result.complete(id);
            return id;
        } catch (IOException | RuntimeException | Error e) {
            claims.remove(mine.config.metadata(), mine);
            mine.result.completeExceptionally(e);
            throw e;
        }
    }

    private static PodSandboxId await(Claim owner) throws IOException {
        try {
            return owner.result.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException fault -> throw fault;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RuntimeFault.busy("the daemon stops; retry");
        }
    }

    private static RuntimeFault taken(SandboxConfig config, Claim owner) {
        var metadata = config.metadata();
        var id = owner.owner();
        return RuntimeFault.nameTaken(
                "pod %s uid %s attempt %d belongs to %s; remove it or raise metadata.attempt",
                metadata.podName(),
                metadata.uid(),
                metadata.attempt(),
                id == null ? "a request that is under way" : "pod sandbox " + id);
    }

    /** What makes the sandbox. */
    @FunctionalInterface
    interface Making {
        PodSandboxId make() throws IOException;
    }

    private record Claim(SandboxConfig config, CompletableFuture<PodSandboxId> result) {
        /** The sandbox that was made, null while it is under way. */
        @Nullable PodSandboxId owner() {
            return result.state() == Future.State.SUCCESS ? result.resultNow() : null;
        }

        /** A claim is itself, not what it looks like: records of the same request are many. */
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
