// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.flight.Subject;
import dev.ristretto.runtime.flight.Task;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.shim.PodGoneException;
import dev.ristretto.runtime.shim.ShimWatch;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Hears from every podshim what becomes of its containers. One virtual thread per pod, which sleeps
 * in a read. The first things heard are the states that there are, so nothing that happened before
 * is missed.
 */
public final class PodWatches implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PodWatches.class);

    /** Between two questions to a podshim that answers, but not with what was asked. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Map<PodSandboxId, ShimWatch> watches = new ConcurrentHashMap<>();

    /** Pods that did not answer when they were to be listened to. */
    private final Set<PodSandboxId> silent = ConcurrentHashMap.newKeySet();

    private final PodShims shims;
    private final Listener listener;

    public PodWatches(PodShims shims, Listener listener) {
        this.shims = shims;
        this.listener = listener;
    }

    /**
     * Begins to listen to a pod.
     *
     * @throws dev.ristretto.runtime.shim.PodGoneException if its podshim is gone
     */
    public void begin(PodSandboxId id) throws IOException {
        var watch = shims.of(id).watch();
        watches.put(id, watch);
        listener.begun(id, watch.snapshot());
        inBackground(id, () -> listen(id, watch));
    }

    /** Stops listening: the pod ends because it is meant to. */
    public void end(PodSandboxId id) throws IOException {
        silent.remove(id);
        var watch = watches.remove(id);
        if (watch != null) {
            watch.close();
        }
    }

    /**
     * Begins to listen to a pod whose podshim may be silent now: it is asked again and again, each
     * time for as long as it may take to answer, until it does or the pod ends.
     *
     * @throws dev.ristretto.runtime.shim.PodGoneException if its podshim is gone
     */
    void beginOnceItAnswers(PodSandboxId id) throws IOException {
        try {
            begin(id);
        } catch (RuntimeFault e) {
            LOG.warnf("%s; until it answers, what ends in it is not seen", e.getMessage());
            silent.add(id);
            inBackground(id, () -> askAgain(id));
        }
    }

    private static void inBackground(PodSandboxId id, Runnable work) {
        var task = Task.ofSubject(Subject.pod(id.value(), ""));
        Thread.ofVirtual().name("pod-" + id + "-watch").start(() -> task.run(work));
    }

    private void askAgain(PodSandboxId id) {
        while (silent.contains(id)) {
            try {
                begin(id);
                if (!silent.remove(id)) {
                    end(id); // the pod was stopped meanwhile
                }
            } catch (PodGoneException e) {
                if (silent.remove(id)) {
                    lost(id);
                }
            } catch (RuntimeFault e) {
                LOG.debugf("%s", e.getMessage());
                LockSupport.parkNanos(PAUSE.toNanos());
            } catch (IOException e) {
                LOG.errorf(e, "listen to pod sandbox %s", id);
                silent.remove(id);
            }
        }
    }

    /** Listens again to a pod that could not be ended; one that is gone says nothing. */
    void resume(PodSandboxId id) throws IOException {
        try {
            begin(id);
        } catch (PodGoneException e) {
            LOG.debugf("pod sandbox %s ended after all", id);
        }
    }

    /** Stops listening to all; the pods go on. */
    @Override
    public void close() throws IOException {
        silent.clear();
        for (var id : watches.keySet()) {
            end(id);
        }
    }

    private void listen(PodSandboxId id, ShimWatch watch) {
        try {
            while (true) {
                listener.changed(id, watch.next());
            }
        } catch (IOException e) {
            if (watches.remove(id, watch)) {
                LOG.warnf("pod sandbox %s: its podshim is gone: %s", id, e.getMessage());
                lost(id);
            }
        }
    }

    private void lost(PodSandboxId id) {
        shims.countLost();
        try {
            listener.gone(id);
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "pod sandbox %s: clean up after its podshim", id);
        }
    }

    /** Who wants to know. Called on the pod's own thread. */
    public interface Listener {
        /** What the podshim knows when listening begins. Must not throw for what it cannot do. */
        void begun(PodSandboxId id, List<ContainerReport> containers);

        /** A container has begun or ended. Must not throw for what it cannot do. */
        void changed(PodSandboxId id, ContainerReport report);

        /** The podshim ended though nobody asked it to. */
        void gone(PodSandboxId id) throws IOException;
    }
}
