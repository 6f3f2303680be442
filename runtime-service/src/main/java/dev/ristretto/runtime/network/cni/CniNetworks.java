// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.network.NetworkReadiness;
import dev.ristretto.runtime.network.PodAttachment;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.network.Subnet;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Pods connected by CNI plugins.
 *
 * <p>An attachment is on the disk, with the configuration it was made of, before the first plugin
 * runs, and until the last DEL has succeeded. So whatever is killed or changed in between, DEL is
 * called as it has to be. What nobody waits for is done by a thread of its own, until it succeeds.
 */
public final class CniNetworks implements PodNetworks {
    private static final Logger LOG = Logger.getLogger(CniNetworks.class);

    private final CniSettings settings;
    private final ConfigDirectory directory;
    private final CniOperations operations;
    private final Attachments attachments;
    private final CniReadiness readiness;
    private final CniUpkeep upkeep;
    private final Detachment detachment;

    /** The specification wants GC to run alone: ADD and DEL hold the read lock. */
    private final ReentrantReadWriteLock together = new ReentrantReadWriteLock();

    private final PodCidrs podCidrs;

    /**
     * Opens it; nothing is done before {@link #retain}.
     *
     * @throws IOException if attachments of earlier daemons cannot be read
     */
    public CniNetworks(LinuxSyscalls linux, CniSettings settings) throws IOException {
        this.settings = settings;
        this.directory = new ConfigDirectory(settings.configDir());
        var plugins = new Plugins(linux, settings.binDirs());
        this.operations = new CniOperations(plugins);
        this.attachments = new Attachments(linux, new AttachmentStore(settings.stateDir()));
        this.podCidrs = new PodCidrs(settings.stateDir());
        this.detachment = new Detachment(operations, settings.patience(), together.readLock());
        this.readiness =
                new CniReadiness(directory, plugins, operations, attachments, settings.patience());
        this.upkeep =
                new CniUpkeep(
                        directory,
                        operations,
                        attachments,
                        detachment,
                        new CniUpkeep.Alone(together.writeLock(), settings.patience()));
    }

    /** Whether there is a valid configuration now. */
    public boolean isConfigured() {
        return directory.look().network().isPresent();
    }

    /** Whether a pod is attached, or still to be detached. */
    public boolean hasAttachments() {
        return !attachments.all().isEmpty();
    }

    @Override
    public PodNetwork attach(PodAttachment pod) {
        detachEarlier(pod);
        var network = configured(pod);
        var attachment =
                new Attachment(
                        new Attachment.Pod(pod.podSandboxId(), pod.podName()),
                        network.list(),
                        NetnsRef.of(pod.netns()),
                        new Attachment.Arguments(
                                CniArgs.of(pod), CapabilityArgs.of(pod, podCidrs.current())),
                        Attachment.Phase.ADDING,
                        Optional.empty());
        together.readLock().lock();
        try {
            return add(attachments.begin(attachment), attachment);
        } catch (IOException e) {
            throw refused(attachment, e);
        } finally {
            together.readLock().unlock();
        }
    }

    /** The request before this one may have been given up half-way. */
    private void detachEarlier(PodAttachment pod) {
        attachments.find(pod.podSandboxId()).ifPresent(detachment::now);
        if (attachments.find(pod.podSandboxId()).isPresent()) {
            throw RuntimeFault.busy(
                    "attach pod %s: the network it had before is not given back yet; retry",
                    pod.podName());
        }
    }

    private ConfigDirectory.Network configured(PodAttachment pod) {
        var found = directory.look();
        return found.network()
                .orElseThrow(
                        () ->
                                RuntimeFault.busy(
                                        "attach pod %s: %s",
                                        pod.podName(), CniReadiness.missing(directory, found)));
    }

    private PodNetwork add(Attachments.Entry entry, Attachment attachment) throws IOException {
        entry.lock.lock();
        try {
            var result = operations.add(attachment, Deadline.in(settings.patience()));
            var network = result.network(Attachment.INTERFACE);
            if (network.ips().isEmpty()) {
                throw PluginException.refused("its plugins gave the pod no address");
            }
            if (!attachment.netns().isThere()) {
                throw new IOException("the pod ended meanwhile");
            }
            entry.become(attachment.attached(result));
            return network;
        } catch (IOException | RuntimeException e) {
            // DEL is due after a failed ADD, too; if it fails it is tried again without us.
            detachment.afterFailure(entry);
            throw e;
        } finally {
            entry.lock.unlock();
        }
    }

    private static RuntimeFault refused(Attachment attachment, IOException e) {
        var text =
                "attach pod %s to CNI network %s: %s"
                        .formatted(
                                attachment.pod().podName(),
                                attachment.list().name(),
                                e.getMessage());
        if (e instanceof PluginException plugin && plugin.code() == PluginException.TRY_AGAIN) {
            return RuntimeFault.busy("%s", text);
        }
        return RuntimeFault.internal(e, "%s", text);
    }

    @Override
    public void keepNetns(String podSandboxId) {
        attachments.find(PodAttachment.requireId(podSandboxId)).ifPresent(detachment::keepNetns);
    }

    @Override
    public void detach(String podSandboxId) {
        attachments.find(PodAttachment.requireId(podSandboxId)).ifPresent(detachment::now);
    }

    @Override
    public void release(String podSandboxId) {
        attachments.find(PodAttachment.requireId(podSandboxId)).ifPresent(detachment::later);
        upkeep.ask();
    }

    @Override
    public void retain(Set<String> podSandboxIds) {
        for (var entry : attachments.all()) {
            var attachment = entry.attachment();
            if (attachment.isPresent()
                    && !podSandboxIds.contains(attachment.get().podSandboxId())) {
                detachment.later(entry);
            }
        }
        LOG.infof(
                "CNI configuration is read from %s, plugins from %s",
                settings.configDir(), settings.binDirs());
        readiness.start();
        upkeep.ask();
    }

    @Override
    public void mend() {
        readiness.ask();
        upkeep.ask();
    }

    @Override
    public void usePodCidrs(List<Subnet> cidrs) {
        podCidrs.use(cidrs);
    }

    @Override
    public void dismantle() {
        // What the plugins share between pods is theirs.
    }

    @Override
    public NetworkReadiness readiness() {
        return readiness.now(upkeep.facts());
    }

    @Override
    public void close() {
        readiness.close();
        upkeep.close();
        attachments.close();
    }
}
