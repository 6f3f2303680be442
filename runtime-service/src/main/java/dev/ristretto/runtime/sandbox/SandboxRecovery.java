// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.StateLayout;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The sandboxes' part of a daemon's start, in the order in which its methods are called. */
public final class SandboxRecovery {
    private static final Logger LOG = Logger.getLogger(SandboxRecovery.class);

    private final Pods pods;
    private final PodResources resources;
    private final PodWatches watches;
    private final PodLoss loss;
    private final StateLayout layout;

    public SandboxRecovery(
            Pods pods,
            PodResources resources,
            PodWatches watches,
            PodLoss loss,
            StateLayout layout) {
        this.pods = pods;
        this.resources = resources;
        this.watches = watches;
        this.loss = loss;
        this.layout = layout;
    }

    /** Takes in what the records say. */
    public void load(List<Sandbox> sandboxes) {
        for (var sandbox : sandboxes) {
            pods.sandboxes().load(sandbox);
            pods.names().load(sandbox);
        }
    }

    /** Nobody was told of a sandbox that was still being made, so nobody misses it. */
    public void endHalfMade() throws IOException {
        for (var sandbox : pods.sandboxes().all()) {
            if (sandbox.state() instanceof SandboxState.Creating) {
                LOG.infof("%s was being made when the last daemon ended: taken back", sandbox);
                resources.takeBack(sandbox);
                pods.sandboxes().remove(sandbox.id());
                pods.names().release(sandbox);
            }
        }
    }

    /** The sandboxes whose network must stay. */
    public Set<String> withNetwork() {
        return ready().stream().map(sandbox -> sandbox.id().value()).collect(Collectors.toSet());
    }

    /** Ends podshims and deletes directories that no record names. */
    public void removeStrays() throws IOException {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(layout.runDirs())) {
            for (var directory : directories) {
                var name = String.valueOf(directory.getFileName());
                var id = new PodSandboxId(name);
                if (pods.sandboxes().find(id).isEmpty()) {
                    resources.removeStray(id);
                }
            }
        }
    }

    /** Listens to every podshim that lives; a pod without one has stopped. */
    public void resume() throws IOException {
        for (var sandbox : ready()) {
            if (resources.lives(sandbox.id())) {
                watches.begin(sandbox.id());
            } else {
                loss.gone(sandbox.id());
            }
        }
    }

    /** For the log. */
    public String summary() {
        var all = pods.sandboxes().list();
        return "%d pod sandboxes, %d of them ready".formatted(all.size(), ready().size());
    }

    private List<Sandbox> ready() {
        return pods.sandboxes().list().stream()
                .filter(sandbox -> sandbox.state() instanceof SandboxState.Ready)
                .toList();
    }
}
