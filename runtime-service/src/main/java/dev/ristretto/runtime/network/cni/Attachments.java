// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** All attachments, in memory as on the disk: disk first. Safe from any thread. */
final class Attachments {
    private static final Logger LOG = Logger.getLogger(Attachments.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final LinuxSyscalls linux;
    private final AttachmentStore store;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** Reads what earlier daemons left. */
    Attachments(LinuxSyscalls linux, AttachmentStore store) throws IOException {
        this.linux = linux;
        this.store = store;
        for (var attachment : store.load()) {
            entries.put(attachment.podSandboxId(), new Entry(attachment, true));
        }
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    Optional<Entry> find(String podSandboxId) {
        return Optional.ofNullable(entries.get(podSandboxId));
    }

    /** Says on the disk that a pod is about to be attached. */
    Entry begin(Attachment attachment) throws IOException {
        store.save(attachment);
        var entry = new Entry(attachment, false);
        entries.put(attachment.podSandboxId(), entry);
        return entry;
    }

    /** Closes what is held; what plugins work for just now is left to the end of the process. */
    void close() {
        for (var entry : entries.values()) {
            if (entry.lock.tryLock()) {
                try {
                    entry.letNetnsGo();
                } finally {
                    entry.lock.unlock();
                }
            }
        }
    }

    /**
     * One of them. The lock is held for as long as plugins work for the pod; what is not a plain
     * question is only asked by who holds it.
     */
    final class Entry {
        final ReentrantLock lock = new ReentrantLock();
        private final boolean fromEarlierDaemon;

        /** Null once it has been given back. Written under the lock. */
        private volatile @Nullable Attachment current;

        private volatile String failure = "";
        private volatile long notBeforeNanos = System.nanoTime();
        private Duration pause = FIRST_PAUSE;
        private @Nullable Fd heldNetns;
        private boolean straysMayLive;

        private Entry(Attachment attachment, boolean fromEarlierDaemon) {
            this.current = attachment;
            this.fromEarlierDaemon = fromEarlierDaemon;
            this.straysMayLive = fromEarlierDaemon;
        }

        Optional<Attachment> attachment() {
            return Optional.ofNullable(current);
        }

        boolean isFromEarlierDaemon() {
            return fromEarlierDaemon;
        }

        boolean isReleased() {
            var attachment = current;
            return attachment != null && attachment.phase() == Attachment.Phase.RELEASED;
        }

        /** Whether DEL may be tried now, or tried again. */
        boolean isDue() {
            return isReleased() && System.nanoTime() - notBeforeNanos >= 0;
        }

        /** Why the last DEL failed; empty if it was not tried. */
        String failure() {
            return failure;
        }

        void become(Attachment next) throws IOException {
            store.save(next);
            current = next;
        }

        /** DEL may be tried again after a pause, each longer than the one before. */
        void failed(String why) {
            failure = why;
            notBeforeNanos = System.nanoTime() + pause.toNanos();
            var longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
            letNetnsGo(); // no namespace outlives its pod for as long as a plugin is broken
        }

        void remove() throws IOException {
            var attachment = current;
            if (attachment != null) {
                store.delete(attachment.podSandboxId());
                current = null;
                entries.remove(attachment.podSandboxId(), this);
            }
            letNetnsGo();
        }

        /**
         * Keeps the pod's namespace, whose processes are about to end, for DEL. If that cannot be,
         * DEL has to do without it, as after a crash.
         */
        void holdNetns() {
            var attachment = current;
            if (attachment == null || heldNetns != null || !attachment.netns().isThere()) {
                return;
            }
            try {
                heldNetns = Fd.open(linux, Path.of(attachment.netns().path()), FileFlags.O_RDONLY);
            } catch (IOException e) {
                LOG.warnf("keep the namespace of a pod: %s", e.getMessage());
            }
        }

        /** Where plugins find the namespace; empty if it is gone. */
        String netnsPath(Attachment attachment) {
            var held = heldNetns;
            if (held != null) {
                return "/proc/%d/fd/%d".formatted(linux.getpid(), held.number());
            }
            return attachment.netns().isThere() ? attachment.netns().path() : "";
        }

        /** Ends what a killed daemon's plugins still do for the pod. */
        void endStrays(String podSandboxId) throws IOException {
            if (straysMayLive) {
                PluginProcesses.kill(linux, podSandboxId);
                straysMayLive = false;
            }
        }

        void letNetnsGo() {
            var held = heldNetns;
            heldNetns = null;
            try (held) {
                return;
            } catch (IOException e) {
                LOG.warnf("close the namespace of a pod: %s", e.getMessage());
            }
        }
    }
}
