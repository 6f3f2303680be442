// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;

/**
 * What is done without anybody waiting: DEL of what was released, until it succeeds; after a start
 * GC, which frees what plugins hold for pods that no longer are, and CHECK of those that an earlier
 * daemon attached.
 */
final class CniUpkeep implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CniUpkeep.class);

    private final ConfigDirectory directory;
    private final CniOperations operations;
    private final Attachments attachments;
    private final Detachment detachment;
    private final Alone alone;
    private final Upkeep upkeep = new Upkeep("cni-upkeep", this::run);
    private boolean collected;
    private boolean checked;
    private final List<Fact> facts = new CopyOnWriteArrayList<>();

    /** Something that is wrong with a pod; of no interest when the pod has gone. */
    private record Fact(String podSandboxId, String text) {}

    /** What GC takes: that nobody else is at work, and time. */
    record Alone(Lock lock, Duration patience) {}

    CniUpkeep(
            ConfigDirectory directory,
            CniOperations operations,
            Attachments attachments,
            Detachment detachment,
            Alone alone) {
        this.directory = directory;
        this.operations = operations;
        this.attachments = attachments;
        this.detachment = detachment;
        this.alone = alone;
    }

    void ask() {
        upkeep.ask();
    }

    /** What was found to be wrong. */
    List<String> facts() {
        return facts.stream()
                .filter(fact -> attachments.find(fact.podSandboxId()).isPresent())
                .map(Fact::text)
                .toList();
    }

    private void run() {
        attachments.all().forEach(detachment::again);
        var network = directory.look().network();
        if (!collected && network.isPresent()) {
            collected = true;
            collectGarbage(network.get().list());
        }
        if (!checked) {
            checked = true;
            check();
        }
    }

    /** Pods that are being attached are seen: they finish before, or begin after it. */
    private void collectGarbage(NetworkConfigList list) {
        if (!list.collectsGarbage()) {
            return;
        }
        alone.lock().lock();
        try {
            var valid =
                    attachments.all().stream()
                            .flatMap(entry -> entry.attachment().stream())
                            .filter(a -> a.list().name().equals(list.name()))
                            .map(Attachment::podSandboxId)
                            .sorted()
                            .toList();
            for (var failure :
                    operations.collectGarbage(list, valid, Deadline.in(alone.patience()))) {
                LOG.warnf("collect garbage of CNI network %s: %s", list.name(), failure);
            }
        } finally {
            alone.lock().unlock();
        }
    }

    /** As many as the time for one operation allows: StopPodSandbox waits behind a check. */
    private void check() {
        var deadline = Deadline.in(alone.patience());
        for (var entry : attachments.all()) {
            entry.lock.lock();
            try {
                var attachment = entry.attachment();
                if (entry.isFromEarlierDaemon()
                        && attachment.isPresent()
                        && deadline.restNanos() > 0) {
                    check(attachment.get(), deadline);
                }
            } finally {
                entry.lock.unlock();
            }
        }
    }

    private void check(Attachment attachment, Deadline deadline) {
        if (attachment.phase() != Attachment.Phase.ATTACHED
                || !attachment.list().checks()
                || !attachment.netns().isThere()) {
            return;
        }
        try {
            operations.check(attachment, deadline);
        } catch (IOException e) {
            var text =
                    "the network of pod %s is not as it was made: %s; make the pod again"
                            .formatted(attachment.pod().podName(), e.getMessage());
            LOG.warn(text);
            facts.add(new Fact(attachment.podSandboxId(), text));
        }
    }

    @Override
    public void close() {
        upkeep.close();
    }
}
