// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pods on a bridge of the host. Nothing to install but libnftables; a pod costs one lease file, one
 * veth pair and, if it has host ports, one nftables transaction.
 *
 * <p>Order of an attach: lease on disk, veth pair, host ports; a detach goes backwards. So whatever
 * is killed in between, the lease names what may be left, and {@link #retain} removes it. The lock
 * guards leases and the packet filter and is not held while the kernel makes or removes interfaces.
 */
public final class BuiltInNetwork implements PodNetworks {
    private static final Logger LOG = Logger.getLogger(BuiltInNetwork.class);

    private final BuiltInNetworkConfig config;
    private final HostLinks links;
    private final BoundPorts boundPorts;
    private final UdpFlows udpFlows;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Leases leases;

    @GuardedBy("lock")
    private final HostSetup setup;

    @GuardedBy("lock")
    private boolean started;

    private volatile NetworkReadiness readiness =
            NetworkReadiness.notReady(
                    "NetworkNotStarted", "the built-in network is starting", List.of());

    BuiltInNetwork(
            BuiltInNetworkConfig config,
            HostLinks links,
            HostSetup setup,
            BoundPorts boundPorts,
            UdpFlows udpFlows) {
        this.config = config;
        this.links = links;
        this.setup = setup;
        this.boundPorts = boundPorts;
        this.udpFlows = udpFlows;
        this.leases = new Leases(config);
    }

    @Override
    public PodNetwork attach(PodAttachment attachment) {
        var podSandboxId = attachment.podSandboxId();
        detach(podSandboxId);
        try (var undo = new Undo()) {
            undo.push(() -> detach(podSandboxId));
            var lease = lease(attachment);
            links.addVeth(vethPlan(lease, attachment));
            openHostPorts(lease);
            undo.commit();
            return networkOf(lease);
        } catch (IOException e) {
            throw RuntimeFault.internal(
                    e,
                    "attach pod %s to bridge %s: %s",
                    attachment.podName(),
                    config.bridge(),
                    e.getMessage());
        }
    }

    @Override
    public void detach(String podSandboxId) {
        PodAttachment.requireId(podSandboxId);
        try {
            var lease = find(podSandboxId);
            if (lease.isPresent()) {
                remove(lease.get());
            }
        } catch (IOException e) {
            throw RuntimeFault.internal(
                    e, "detach pod sandbox %s: %s", podSandboxId, e.getMessage());
        }
    }

    @Override
    public void retain(Set<String> podSandboxIds) {
        try {
            for (var lease : allLeases()) {
                if (!podSandboxIds.contains(lease.podSandboxId())) {
                    remove(lease);
                }
            }
            prepareAgain();
            removeOrphans();
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "recover the built-in network: %s", e.getMessage());
        }
    }

    @Override
    public void mend() {
        lock.lock();
        try {
            if (started && !setup.isIntact()) {
                setup.forget();
                prepare();
                LOG.warnf(
                        "the built-in network (bridge %s) was not whole: made again",
                        config.bridge());
            }
        } catch (IOException e) {
            LOG.debugf("mend the built-in network: %s", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public NetworkReadiness readiness() {
        return readiness;
    }

    @Override
    public void dismantle() {
        lock.lock();
        try {
            leases.load();
            if (!leases.all().isEmpty()) {
                return;
            }
            readiness =
                    NetworkReadiness.notReady(
                            "NetworkStopped", "the built-in network was stopped", List.of());
            started = false;
            setup.takeDown();
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "remove the built-in network: %s", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            links.close();
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "close the built-in network: %s", e.getMessage());
        }
    }

    /** Reserves the place and the ports, and says so on disk before anything is made. */
    private Lease lease(PodAttachment attachment) throws IOException {
        lock.lock();
        try {
            leases.load();
            prepare();
            HostPorts.requireUnclaimed(attachment.portMappings(), leases.all());
            boundPorts.requireUnbound(attachment.portMappings());
            return leases.add(attachment);
        } finally {
            lock.unlock();
        }
    }

    private void openHostPorts(Lease lease) throws IOException {
        lock.lock();
        try {
            setup.openHostPorts(lease, leases.all());
        } finally {
            lock.unlock();
        }
        udpFlows.redirectTo(lease);
    }

    private Optional<Lease> find(String podSandboxId) throws IOException {
        lock.lock();
        try {
            leases.load();
            return leases.find(podSandboxId);
        } finally {
            lock.unlock();
        }
    }

    private List<Lease> allLeases() throws IOException {
        lock.lock();
        try {
            leases.load();
            return leases.all();
        } finally {
            lock.unlock();
        }
    }

    private void remove(Lease lease) throws IOException {
        lock.lock();
        try {
            setup.closeHostPorts(lease, leases.others(lease));
        } finally {
            lock.unlock();
        }
        udpFlows.forgetThoseOf(lease);
        links.removeVeth(lease.hostInterfaceName());
        lock.lock();
        try {
            leases.remove(lease);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void prepare() throws IOException {
        try {
            setup.ensure(leases.all());
            readiness = NetworkReadiness.ready(setup.facts());
        } catch (IOException e) {
            readiness =
                    NetworkReadiness.notReady(
                            "NetworkSetupFailed", String.valueOf(e.getMessage()), setup.facts());
            throw e;
        }
    }

    /** What is wrong with the host is no reason not to recover pods: readiness tells it. */
    private void prepareAgain() {
        lock.lock();
        try {
            started = true;
            setup.forget();
            prepare();
        } catch (IOException e) {
            // Already in the readiness, which Status reports until an attach succeeds.
            return;
        } finally {
            lock.unlock();
        }
    }

    private void removeOrphans() throws IOException {
        var owned = new HashSet<String>();
        allLeases().forEach(lease -> owned.add(lease.hostInterfaceName()));
        for (var name : links.veths()) {
            if (!owned.contains(name)) {
                links.removeVeth(name);
            }
        }
    }

    private VethPlan vethPlan(Lease lease, PodAttachment attachment) {
        var subnets = config.subnets();
        var addresses =
                subnets.stream()
                        .map(
                                subnet ->
                                        new VethPlan.PodAddress(
                                                subnet.address(lease.index()),
                                                subnet.prefixLength()))
                        .toList();
        return new VethPlan(
                lease.hostInterfaceName(),
                attachment.podName(),
                attachment.netns(),
                addresses,
                subnets.stream().map(Subnet::gateway).toList());
    }

    private PodNetwork networkOf(Lease lease) {
        return new PodNetwork(
                lease.ips(),
                VethPlan.POD_INTERFACE,
                config.subnets().stream().map(Subnet::gateway).toList(),
                lease.hostInterfaceName());
    }
}
