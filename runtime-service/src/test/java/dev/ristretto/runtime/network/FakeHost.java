// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A host in memory: which interfaces there are and what the packet filter was told. */
final class FakeHost implements HostLinks {
    final Set<String> veths = new LinkedHashSet<>();
    final List<HostRoute> routes = new ArrayList<>();
    final List<String> commands = new ArrayList<>();
    final List<VethPlan> plans = new ArrayList<>();
    boolean bridge;
    boolean connectsOthers;
    String chains = "";
    boolean tableFlushed;
    String failing = "";
    String failingCommand = "nothing";

    String apply(String text) throws IOException {
        if (text.equals("list chains")) {
            return chains;
        }
        if (text.startsWith("add table")) {
            tableFlushed = false;
        }
        if (text.startsWith("list chain ") && !tableFlushed) {
            return "iifname ristretto0 ip daddr 127.0.0.0/8 drop";
        }
        if (tableFlushed || text.contains(failingCommand)) {
            throw new IOException("No such file or directory");
        }
        commands.add(text);
        return "";
    }

    @Override
    public boolean hasBridge() {
        return bridge;
    }

    @Override
    public void ensureBridge() throws IOException {
        fail("ensureBridge");
        bridge = true;
    }

    @Override
    public boolean removeBridge() {
        bridge = false;
        return true;
    }

    @Override
    public boolean connectsOthers() {
        return connectsOthers;
    }

    @Override
    public void close() {}

    @Override
    public List<HostRoute> foreignRoutes() {
        return routes;
    }

    @Override
    public void addVeth(VethPlan plan) throws IOException {
        veths.add(plan.hostInterfaceName());
        plans.add(plan);
        fail("addVeth");
    }

    @Override
    public void rejoinBridge(String hostInterfaceName) {}

    @Override
    public void removeVeth(String hostInterfaceName) throws IOException {
        fail("removeVeth");
        veths.remove(hostInterfaceName);
    }

    @Override
    public List<String> veths() {
        return List.copyOf(veths);
    }

    private void fail(String step) throws IOException {
        if (failing.equals(step)) {
            throw new IOException(step + ": Operation not permitted (EPERM)");
        }
    }
}
