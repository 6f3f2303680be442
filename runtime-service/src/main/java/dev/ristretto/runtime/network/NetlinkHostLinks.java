// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.netlink.BridgeSpec;
import dev.ristretto.linux.netlink.HairpinMode;
import dev.ristretto.linux.netlink.IpPrefix;
import dev.ristretto.linux.netlink.Link;
import dev.ristretto.linux.netlink.LinkState;
import dev.ristretto.linux.netlink.MacAddress;
import dev.ristretto.linux.netlink.NamespaceRef;
import dev.ristretto.linux.netlink.Route;
import dev.ristretto.linux.netlink.RtNetlink;
import dev.ristretto.linux.netlink.VethSpec;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The host's interfaces over rtnetlink, in the network namespace of the thread that opened this;
 * every call comes from a thread that is in that namespace.
 *
 * <p>The bridge carries an alias that names its owner, so that two daemons that were given one
 * bridge do not take each other's pods apart.
 */
final class NetlinkHostLinks implements HostLinks {
    private static final int LOOPBACK = 1;
    private static final String BRIDGE = "bridge";
    private static final String VETH = "veth";
    private static final int MOST_ALIAS = 255;

    private final LinuxSyscalls linux;
    private final BuiltInNetworkConfig config;
    private final RtNetlink host;
    private final LinkRemoval removal;
    private final PodInterface podInterface;
    private volatile int mtu;

    /** Of the bridge as it was when it was last looked at, which every attach does first. */
    private volatile int bridgeIndex;

    private NetlinkHostLinks(LinuxSyscalls linux, BuiltInNetworkConfig config, RtNetlink host) {
        this.linux = linux;
        this.config = config;
        this.host = host;
        this.removal = new LinkRemoval(linux, host);
        this.podInterface = new PodInterface(linux);
        this.mtu = config.mtu();
    }

    static NetlinkHostLinks open(LinuxSyscalls linux, BuiltInNetworkConfig config)
            throws IOException {
        return new NetlinkHostLinks(linux, config, RtNetlink.open(linux));
    }

    @Override
    public boolean hasBridge() throws IOException {
        var found = bridge().filter(link -> isOurs(link) && link.state() == LinkState.UP);
        found.ifPresent(link -> bridgeIndex = link.index());
        return found.isPresent();
    }

    @Override
    public void ensureBridge() throws IOException {
        mtu = new PodMtu(host).of(config.mtu());
        var found = bridge();
        if (found.isPresent()) {
            requireOurs(found.get());
        } else {
            host.createBridge(new BridgeSpec(config.bridge(), mtu, Optional.of(mac())));
        }
        int index = findBridge();
        host.setAlias(index, alias());
        if (found.isPresent() && found.get().mtu() != mtu) {
            host.setMtu(index, mtu);
        }
        ensureAddresses(index);
        host.setState(index, LinkState.UP);
        bridgeIndex = index;
    }

    @Override
    public boolean removeBridge() throws IOException {
        var found = bridge();
        if (found.isPresent() && !isOurs(found.get())) {
            return false;
        }
        removal.remove(config.bridge());
        return true;
    }

    @Override
    public List<HostRoute> foreignRoutes() throws IOException {
        var names = new HashMap<Integer, String>();
        host.links().forEach(link -> names.put(link.index(), link.name()));
        return host.routes().stream()
                .filter(route -> !route.isDefault())
                .filter(route -> !config.bridge().equals(names.get(route.linkIndex())))
                .map(
                        route ->
                                new HostRoute(
                                        subnetOf(route),
                                        names.getOrDefault(route.linkIndex(), "several hops")))
                .toList();
    }

    /** What {@link #foreignRoutes} has, and the addresses of interfaces that no route leads to. */
    List<HostRoute> inUse() throws IOException {
        var used = new ArrayList<>(foreignRoutes());
        for (var link : host.links()) {
            if (!config.bridge().equals(link.name())) {
                for (var address : host.addresses(link.index())) {
                    used.add(new HostRoute(single(address.prefix().address()), link.name()));
                }
            }
        }
        return used;
    }

    private static Subnet single(InetAddress address) {
        return new Subnet(address, Byte.SIZE * address.getAddress().length);
    }

    @Override
    public boolean connectsOthers() throws IOException {
        var up =
                host.links().stream()
                        .filter(link -> link.state() == LinkState.UP)
                        .filter(link -> link.index() != LOOPBACK)
                        .filter(link -> !link.name().equals(config.bridge()))
                        .toList();
        return up.size() > 1 || up.stream().anyMatch(link -> link.kind().isPresent());
    }

    @Override
    public void addVeth(VethPlan plan) throws IOException {
        var name = plan.hostInterfaceName();
        try (var netns = Fd.open(linux, plan.netns(), FileFlags.O_RDONLY)) {
            host.createVeth(
                    new VethSpec(
                            name,
                            Optional.empty(),
                            OptionalInt.of(bridgeIndex),
                            VethPlan.POD_INTERFACE,
                            Optional.of(plan.macAddress()),
                            new NamespaceRef.ByFd(netns.number()),
                            mtu,
                            LinkState.DOWN));
            int index = host.link(name).map(Link::index).orElse(0);
            podInterface.silence(name);
            host.openPort(index, cut(plan.podName()));
            podInterface.configure(netns, plan);
            Settling.awaitPackets(host, index);
        }
    }

    @Override
    public void rejoinBridge(String hostInterfaceName) throws IOException {
        var link = host.link(hostInterfaceName);
        if (link.isPresent()) {
            int index = link.get().index();
            host.setMaster(index, bridgeIndex);
            host.setHairpin(index, HairpinMode.ON);
            host.setState(index, LinkState.UP);
        }
    }

    @Override
    public void removeVeth(String hostInterfaceName) throws IOException {
        removal.remove(hostInterfaceName);
    }

    @Override
    public List<String> veths() throws IOException {
        var bridge = bridge().filter(this::isOurs);
        if (bridge.isEmpty()) {
            return List.of();
        }
        int index = bridge.get().index();
        return host.links().stream()
                .filter(link -> link.kind().filter(VETH::equals).isPresent())
                .filter(link -> link.masterIndex().orElse(0) == index)
                .map(Link::name)
                .filter(name -> name.startsWith(VethPlan.PREFIX))
                .toList();
    }

    @Override
    public void close() throws IOException {
        removal.close();
        host.close();
    }

    private Optional<Link> bridge() throws IOException {
        return host.link(config.bridge());
    }

    private int findBridge() throws IOException {
        return bridge().orElseThrow(
                        () ->
                                new IOException(
                                        "find bridge %s: it is gone".formatted(config.bridge())))
                .index();
    }

    private void requireOurs(Link link) throws IOException {
        if (!isOurs(link)) {
            var owner = link.alias().isEmpty() ? "another program" : link.alias();
            throw new IOException(
                    "use interface %s as bridge: it belongs to %s; set network.bridge to a free name"
                            .formatted(link.name(), owner));
        }
    }

    /** A bridge without an alias that is down is one that we were killed while making. */
    private boolean isOurs(Link link) {
        boolean unfinished = link.alias().isEmpty() && link.state() == LinkState.DOWN;
        return link.kind().filter(BRIDGE::equals).isPresent()
                && (unfinished || link.alias().equals(alias()));
    }

    private String alias() {
        return cut("ristrettod " + config.leaseDirectory());
    }

    private void ensureAddresses(int index) throws IOException {
        var present = new HashSet<IpPrefix>();
        for (var address : host.addresses(index)) {
            present.add(address.prefix());
        }
        var wanted = addresses();
        for (var prefix : wanted) {
            if (!present.contains(prefix)) {
                host.addAddress(index, prefix);
                Settling.awaitAddress(host, prefix.address());
            }
        }
        // Of subnets that were configured earlier; their pods need them for as long as they live.
        if (veths().isEmpty()) {
            present.removeAll(wanted);
            for (var prefix : present) {
                host.deleteAddress(index, prefix);
            }
        }
    }

    /**
     * The first of each subnet; and the IPv6 link-local one, which the kernel would only make after
     * the first pod has come, and needs to ask for the pods that it forwards to.
     */
    private Set<IpPrefix> addresses() {
        var addresses = new HashSet<IpPrefix>();
        for (var subnet : config.subnets()) {
            addresses.add(new IpPrefix(subnet.gateway(), subnet.prefixLength()));
        }
        if (config.ipv6().isPresent()) {
            addresses.add(mac().linkLocal());
        }
        return addresses;
    }

    private MacAddress mac() {
        return VethPlan.macAddress(config.subnets().getFirst().gateway());
    }

    private static Subnet subnetOf(Route route) {
        return new Subnet(route.destination().address(), route.destination().length());
    }

    private static String cut(String text) {
        return text.length() <= MOST_ALIAS ? text : text.substring(0, MOST_ALIAS);
    }
}
