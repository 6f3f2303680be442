// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.network.NetworkReadiness;
import dev.ristretto.runtime.network.PodAttachment;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.network.Subnet;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Networks that connect nothing: who is attached. */
public final class FakePodNetworks implements PodNetworks {
    private final Map<String, PodAttachment> attached = new ConcurrentHashMap<>();
    private final List<Set<String>> retained = new ArrayList<>();
    private final Faults faults;
    private volatile List<Subnet> podCidrs = List.of();
    private volatile NetworkReadiness readiness =
            new NetworkReadiness(true, "", "", List.of("nothing is changed"));

    FakePodNetworks(Faults faults) {
        this.faults = faults;
    }

    /** The network that every pod gets. */
    public static PodNetwork network() {
        return new PodNetwork(
                List.of(InetAddress.ofLiteral("10.88.0.2"), InetAddress.ofLiteral("fd88::2")),
                "eth0",
                List.of(InetAddress.ofLiteral("10.88.0.1"), InetAddress.ofLiteral("fd88::1")),
                "veth0");
    }

    /** Who is attached. */
    public Set<String> attached() {
        return Set.copyOf(attached.keySet());
    }

    /** What a pod asked for when it was attached. */
    public PodAttachment attachment(String podSandboxId) {
        var attachment = attached.get(podSandboxId);
        if (attachment == null) {
            throw new AssertionError(podSandboxId + " is not attached");
        }
        return attachment;
    }

    /** What each {@link #retain} was told. */
    public synchronized List<Set<String>> retained() {
        return List.copyOf(retained);
    }

    /** Attaches one as if another daemon had. */
    public void attachStray(PodAttachment attachment) {
        attached.put(attachment.podSandboxId(), attachment);
    }

    public void become(NetworkReadiness next) {
        readiness = next;
    }

    @Override
    public PodNetwork attach(PodAttachment attachment) {
        return faults.actUnchecked(
                "attach network of " + attachment.podSandboxId(),
                () -> {
                    attached.put(attachment.podSandboxId(), attachment);
                    return network();
                });
    }

    @Override
    public void detach(String podSandboxId) {
        faults.actUnchecked(
                "detach network of " + podSandboxId,
                () -> {
                    attached.remove(podSandboxId);
                    return podSandboxId;
                });
    }

    @Override
    public synchronized void retain(Set<String> podSandboxIds) {
        retained.add(Set.copyOf(podSandboxIds));
        attached.keySet().retainAll(podSandboxIds);
    }

    @Override
    public void usePodCidrs(List<Subnet> cidrs) {
        podCidrs = cidrs;
    }

    /** What {@link #usePodCidrs} was told last. */
    public List<Subnet> podCidrs() {
        return podCidrs;
    }

    @Override
    public void dismantle() {
        throw new AssertionError("the daemon's end is not under test");
    }

    @Override
    public NetworkReadiness readiness() {
        return readiness;
    }
}
