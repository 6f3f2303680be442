// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.network.cni.CniNetworks;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * New pods go to CNI or to the built-in network; pods that are attached stay where they are until
 * they are detached, whatever the configuration said then. The built-in network touches the host
 * only once it is wanted.
 *
 * <p>{@link Choice#AUTO} takes CNI from the first valid configuration on, and stays with it while
 * this daemon lives or a pod is on it: a configuration that is being replaced must not put pods
 * into another network.
 */
final class NetworkSwitch implements PodNetworks {
    private static final Logger LOG = Logger.getLogger(NetworkSwitch.class);

    private final CniNetworks cni;
    private final Source builtIn;
    private final Path leases;
    private final Choice choice;
    private final ReentrantLock lock = new ReentrantLock();

    /** Written under the lock. */
    private volatile @Nullable PodNetworks opened;

    private volatile boolean cniWasThere;

    /** Where new pods go. */
    enum Choice {
        AUTO,
        CNI,
        BUILT_IN
    }

    /** How the built-in network is opened. */
    @FunctionalInterface
    interface Source {
        PodNetworks open() throws IOException;
    }

    /**
     * Nothing of both is done before {@link #retain}.
     *
     * @param leases directory of the built-in network; what is in it is of its pods
     */
    NetworkSwitch(Choice choice, CniNetworks cni, Source builtIn, Path leases) {
        this.choice = choice;
        this.cni = cni;
        this.builtIn = builtIn;
        this.leases = leases;
    }

    @Override
    public PodNetwork attach(PodAttachment attachment) {
        if (isCni()) {
            return cni.attach(attachment);
        }
        return openBuiltIn().attach(attachment);
    }

    @Override
    public void keepNetns(String podSandboxId) {
        cni.keepNetns(podSandboxId);
    }

    @Override
    public void detach(String podSandboxId) {
        cni.detach(podSandboxId);
        builtIn().ifPresent(networks -> leave(networks, podSandboxId));
    }

    @Override
    public void release(String podSandboxId) {
        cni.release(podSandboxId);
        builtIn().ifPresent(networks -> leave(networks, podSandboxId));
    }

    /** The last pod of a network that gets no more of them takes it along. */
    private void leave(PodNetworks networks, String podSandboxId) {
        networks.detach(podSandboxId);
        if (isCni()) {
            networks.dismantle();
        }
    }

    @Override
    public void retain(Set<String> podSandboxIds) {
        cni.retain(podSandboxIds);
        if (!isCni() || hasLeases()) {
            openBuiltIn().retain(podSandboxIds);
        }
    }

    @Override
    public void mend() {
        cni.mend();
        builtIn().ifPresent(PodNetworks::mend);
    }

    @Override
    public void usePodCidrs(List<Subnet> podCidrs) {
        cni.usePodCidrs(podCidrs);
    }

    @Override
    public void dismantle() {
        cni.dismantle();
        builtIn().ifPresent(PodNetworks::dismantle);
    }

    @Override
    public NetworkReadiness readiness() {
        if (isCni()) {
            return cni.readiness();
        }
        return builtIn()
                .map(PodNetworks::readiness)
                .orElseGet(
                        () ->
                                NetworkReadiness.notReady(
                                        "NetworkNotStarted",
                                        "the built-in network is starting",
                                        List.of()));
    }

    @Override
    public void close() {
        cni.close();
        builtIn().ifPresent(PodNetworks::close);
    }

    private boolean isCni() {
        return switch (choice) {
            case CNI -> true;
            case BUILT_IN -> false;
            case AUTO -> {
                if (!cniWasThere && (cni.isConfigured() || cni.hasAttachments())) {
                    LOG.info("network.provider is auto: pods are connected by CNI from now on");
                    cniWasThere = true;
                }
                yield cniWasThere;
            }
        };
    }

    private Optional<PodNetworks> builtIn() {
        return Optional.ofNullable(opened);
    }

    /** A network that is opened late has no pods: else it was opened by {@link #retain}. */
    private PodNetworks openBuiltIn() {
        var known = opened;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            if (opened == null) {
                opened = builtIn.open();
            }
            return opened;
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "open the built-in network: %s", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private boolean hasLeases() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(leases, "*.json")) {
            return files.iterator().hasNext();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "list leases in %s: %s", leases, e.getMessage());
        }
    }
}
