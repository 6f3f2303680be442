// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All leases, in memory as on disk: disk first. Not thread-safe. */
final class Leases {
    private final BuiltInNetworkConfig config;
    private final LeaseStore store;
    private final AddressPool pool;
    private final Map<String, Lease> byPod = new LinkedHashMap<>();
    private boolean loaded;

    Leases(BuiltInNetworkConfig config) {
        this.config = config;
        this.store = new LeaseStore(config.leaseDirectory());
        this.pool = new AddressPool(config.subnets());
    }

    /** Reads what an earlier daemon left; once. */
    void load() throws IOException {
        if (loaded) {
            return;
        }
        for (var lease : store.load()) {
            byPod.put(lease.podSandboxId(), lease);
            pool.retake(lease.index());
        }
        loaded = true;
    }

    List<Lease> all() {
        return List.copyOf(byPod.values());
    }

    List<Lease> others(Lease lease) {
        return byPod.values().stream().filter(other -> !other.equals(lease)).toList();
    }

    Optional<Lease> find(String podSandboxId) {
        return Optional.ofNullable(byPod.get(podSandboxId));
    }

    Lease add(PodAttachment attachment) throws IOException {
        int index = pool.take();
        var lease =
                new Lease(
                        attachment.podSandboxId(),
                        attachment.podName(),
                        index,
                        config.subnets().stream().map(subnet -> subnet.address(index)).toList(),
                        VethPlan.hostInterfaceName(attachment.podSandboxId()),
                        attachment.portMappings());
        try {
            store.save(lease);
        } catch (IOException e) {
            pool.giveBack(index);
            throw e;
        }
        byPod.put(lease.podSandboxId(), lease);
        return lease;
    }

    void remove(Lease lease) throws IOException {
        store.delete(lease.podSandboxId());
        if (byPod.remove(lease.podSandboxId(), lease)) {
            pool.giveBack(lease.index());
        }
    }
}
