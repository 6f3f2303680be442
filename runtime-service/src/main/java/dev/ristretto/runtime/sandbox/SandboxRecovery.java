// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.Undo;
import dev.ristretto.runtime.shim.PodGoneException;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.StateLayout;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sandboxes' part of a daemon's start, in the order in which its methods are called. */
public final class SandboxRecovery {
    private static final Logger LOG = Logger.getLogger(SandboxRecovery.class);

    private static final Pattern POD_SANDBOX_ID = Pattern.compile("[0-9a-f]{64}");

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

    /**
     * Whether a podshim lives whose record is this file, or that runs the container whose record it
     * is: what must not be ended because a file cannot be read.
     */
    public boolean lives(Path record) throws IOException {
        var name = String.valueOf(record.getFileName());
        for (var id : runDirectories()) {
            var running = resources.running(id);
            if (running.isPresent()
                    && (layout.podRecord(id).equals(record)
                            || running.get().stream().anyMatch(c -> name.startsWith(c.value())))) {
                return true;
            }
        }
        return false;
    }

    /** Nobody was told of a sandbox that was still being made, so nobody misses it. */
    public void endHalfMade() {
        for (var sandbox : pods.sandboxes().all()) {
            if (sandbox.state() instanceof SandboxState.Creating) {
                LOG.infof("%s was being made when the last daemon ended", sandbox.described());
                pods.names().release(sandbox);
                attempt(
                        "take back " + sandbox.described(),
                        () -> {
                            resources.abandon(sandbox);
                            pods.sandboxes().remove(sandbox.id());
                        });
            }
        }
    }

    /** The sandboxes whose network must stay. */
    public Set<String> withNetwork() {
        return ready().map(sandbox -> sandbox.id().value()).collect(Collectors.toSet());
    }

    /** Ends podshims and deletes directories that no record names. */
    public void removeStrays() throws IOException {
        for (var id : runDirectories()) {
            if (pods.sandboxes().find(id).isEmpty()) {
                LOG.warnf("pod sandbox %s has no record: ended", id);
                attempt("end pod sandbox " + id, () -> resources.removeStray(id));
            }
        }
    }

    private List<PodSandboxId> runDirectories() throws IOException {
        var ids = new ArrayList<PodSandboxId>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(layout.runDirs())) {
            for (var directory : directories) {
                var name = String.valueOf(directory.getFileName());
                if (POD_SANDBOX_ID.matcher(name).matches()) {
                    ids.add(new PodSandboxId(name));
                } else {
                    LOG.warnf("%s is not of this runtime: left alone", directory);
                }
            }
        }
        return ids;
    }

    /** Listens to every podshim that lives; a pod without one has stopped. */
    public void resume() {
        for (var sandbox : pods.sandboxes().list()) {
            attempt("resume " + sandbox.described(), () -> resume(sandbox));
        }
    }

    private void resume(Sandbox sandbox) throws IOException {
        if (sandbox.state() instanceof SandboxState.Ready) {
            try {
                watches.beginOnceItAnswers(sandbox.id());
                return;
            } catch (PodGoneException e) {
                LOG.warnf("%s has stopped: %s", sandbox.described(), e.getMessage());
            }
        }
        loss.gone(sandbox.id());
    }

    /** What cannot be done for one pod must not keep the others from being served. */
    private static void attempt(String what, Undo.Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "%s: tried again when it is stopped, or by the next daemon", what);
        }
    }

    /** For the log. */
    public String summary() {
        var all = pods.sandboxes().list();
        return "%d pod sandboxes, %d of them ready".formatted(all.size(), ready().count());
    }

    private Stream<Sandbox> ready() {
        return pods.sandboxes().list().stream()
                .filter(sandbox -> sandbox.state() instanceof SandboxState.Ready);
    }
}
