// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.fault.RuntimeFault;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Lock;

/**
 * DEL: for those who wait for it and for those who do not. An attachment that nobody waits for is
 * {@code RELEASED} and is tried again and again; no pod is kept from stopping by a plugin that has
 * vanished.
 */
final class Detachment {
    private static final Logger LOG = Logger.getLogger(Detachment.class);

    /** After an ADD that has used up the caller's time; another one follows if it is too short. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(20);

    private final CniOperations operations;
    private final Duration patience;
    private final Lock notDuringGc;

    Detachment(CniOperations operations, Duration patience, Lock notDuringGc) {
        this.operations = operations;
        this.patience = patience;
        this.notDuringGc = notDuringGc;
    }

    /**
     * DEL for somebody who waits.
     *
     * @throws RuntimeFault {@code INTERNAL} with the plugin's words, for the caller to try again;
     *     not if the plugin is gone or the attachment was released before
     */
    void now(Attachments.Entry entry) {
        alone(
                entry,
                attachment -> {
                    boolean released = entry.isReleased();
                    if (released && !entry.isDue()) {
                        return;
                    }
                    try {
                        delete(entry, attachment, patience);
                    } catch (IOException e) {
                        if (!released && !isMissing(e)) {
                            throw fault(attachment, e);
                        }
                        postpone(entry, attachment, e);
                    }
                });
    }

    /** The pod may end: DEL will find its namespace. */
    void keepNetns(Attachments.Entry entry) {
        locked(entry, _ -> entry.holdNetns());
    }

    /** DEL for nobody, by whoever calls {@link #again}; the pod may end right after this. */
    void later(Attachments.Entry entry) {
        locked(
                entry,
                attachment -> {
                    try {
                        entry.holdNetns();
                        entry.become(attachment.released());
                    } catch (IOException e) {
                        throw fault(attachment, e);
                    }
                });
    }

    /** DEL of one that was released, if it is time. */
    void again(Attachments.Entry entry) {
        alone(
                entry,
                attachment -> {
                    if (!entry.isDue()) {
                        return;
                    }
                    try {
                        delete(entry, attachment, patience);
                    } catch (IOException e) {
                        postpone(entry, attachment, e);
                    }
                });
    }

    /** DEL after a failed ADD, in which the entry's lock and the one against GC are held. */
    void afterFailure(Attachments.Entry entry) {
        entry.attachment().ifPresent(attachment -> afterFailure(entry, attachment));
    }

    private void afterFailure(Attachments.Entry entry, Attachment attachment) {
        entry.lock.lock();
        try {
            delete(
                    entry,
                    attachment,
                    patience.compareTo(AFTER_FAILURE) < 0 ? patience : AFTER_FAILURE);
        } catch (IOException e) {
            postpone(entry, attachment, e);
        } finally {
            entry.lock.unlock();
        }
    }

    /** Closes what is held of it; for the end of the daemon. */
    void forget(Attachments.Entry entry) {
        alone(entry, _ -> entry.letNetnsGo());
    }

    private void delete(Attachments.Entry entry, Attachment attachment, Duration longest)
            throws IOException {
        entry.endStrays(attachment.podSandboxId());
        operations.delete(attachment, entry.netnsPath(attachment), Deadline.in(longest));
        entry.remove();
    }

    private static void postpone(Attachments.Entry entry, Attachment attachment, IOException e) {
        LOG.warnf("%s; tried again until it succeeds", text(attachment, e));
        entry.failed(String.valueOf(e.getMessage()));
        if (!entry.isReleased()) {
            try {
                entry.become(attachment.released());
            } catch (IOException unwritten) {
                throw fault(attachment, unwritten);
            }
        }
    }

    private static boolean isMissing(IOException e) {
        return e instanceof PluginException plugin && plugin.how() == PluginException.How.MISSING;
    }

    private static RuntimeFault fault(Attachment attachment, IOException e) {
        return RuntimeFault.internal(e, "%s", text(attachment, e));
    }

    private static String text(Attachment attachment, IOException e) {
        return "detach pod %s from CNI network %s: %s"
                .formatted(attachment.pod().podName(), attachment.list().name(), e.getMessage());
    }

    /** Not while GC runs. */
    private void alone(Attachments.Entry entry, Step step) {
        notDuringGc.lock();
        try {
            locked(entry, step);
        } finally {
            notDuringGc.unlock();
        }
    }

    /** Under the pod's lock, and only if it is still there. */
    private static void locked(Attachments.Entry entry, Step step) {
        entry.lock.lock();
        try {
            entry.attachment().ifPresent(step::run);
        } finally {
            entry.lock.unlock();
        }
    }

    private interface Step {
        void run(Attachment attachment);
    }
}
