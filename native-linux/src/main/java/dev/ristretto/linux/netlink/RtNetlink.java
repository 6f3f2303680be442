// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.netlink.NetlinkSocket.Change;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.linux.syscall.SocketFlags;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Links, addresses and routes of one network namespace.
 *
 * <p>A request takes some tens of microseconds and holds the calling carrier for that time.
 * Deleting a link takes tens of milliseconds: it is gone within one, then the kernel waits for all
 * that might still look at it (RCU) before it answers, and other requests on this object wait too.
 * Links are named by their index: ask {@link #link(String)} for it. What exists already is {@code
 * EEXIST}, what does not {@code ENODEV}, {@code EADDRNOTAVAIL} (addresses) or {@code ESRCH}
 * (routes) of {@link NetlinkException}.
 */
public final class RtNetlink implements AutoCloseable {
    private final NetlinkSocket socket;

    private RtNetlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Of the calling thread's namespace: that of the process, unless the thread has left it. */
    public static RtNetlink open(LinuxSyscalls linux) throws IOException {
        return new RtNetlink(NetlinkSocket.open(linux, SocketFlags.NETLINK_ROUTE));
    }

    /** Of the namespace that a path leads to, for example {@code /proc/42/ns/net}. */
    public static RtNetlink openIn(LinuxSyscalls linux, Path namespace) throws IOException {
        return NamespaceThread.callIn(
                linux, namespace, ProcessFlags.CLONE_NEWNET, () -> open(linux));
    }

    /** Of the namespace that a descriptor stands for, which stays the caller's. */
    public static RtNetlink openIn(LinuxSyscalls linux, int namespaceFd) throws IOException {
        return NamespaceThread.callIn(
                linux, namespaceFd, ProcessFlags.CLONE_NEWNET, () -> open(linux));
    }

    public List<Link> links() throws IOException {
        var links = new ArrayList<Link>();
        for (var message : socket.dump("list links", LinkMessages.dump())) {
            if (message.type() == LinkMessages.RTM_NEWLINK) {
                links.add(LinkMessages.decode(message));
            }
        }
        return List.copyOf(links);
    }

    /** The link of this name, if there is one. */
    public Optional<Link> link(String name) throws IOException {
        return linkOf("get link " + name, LinkMessages.get(Link.requireName(name)));
    }

    /** The link with this index, if there is one. */
    public Optional<Link> link(int index) throws IOException {
        return linkOf("get link " + index, LinkMessages.get(index));
    }

    /** Makes a bridge, which is down. */
    public void createBridge(BridgeSpec bridge) throws IOException {
        change("create bridge " + bridge.name(), LinkMessages.create(bridge));
    }

    /** Makes both ends of a veth pair, or nothing. */
    public void createVeth(VethSpec veth) throws IOException {
        change(
                "create veth %s with peer %s".formatted(veth.name(), veth.peerName()),
                LinkMessages.create(veth));
    }

    /** Deletes a link; of a veth pair both ends go, wherever they are. */
    public void deleteLink(int index) throws IOException {
        change("delete link " + index, LinkMessages.delete(index));
    }

    /** Deletes a link by name; false if there was none. */
    public boolean deleteLink(String name) throws IOException {
        try {
            change("delete link " + name, LinkMessages.delete(Link.requireName(name)));
            return true;
        } catch (NetlinkException e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    public void setState(int index, LinkState state) throws IOException {
        socket.change(List.of(stateChange(index, state)));
    }

    /** Gives a link its addresses, sets it up and adds routes over it: all in one request. */
    public void configure(int index, List<IpPrefix> addresses, List<Route> routes)
            throws IOException {
        var changes = new ArrayList<Change>();
        for (var prefix : addresses) {
            changes.add(addressChange(index, prefix));
        }
        changes.add(stateChange(index, LinkState.UP));
        for (var route : routes) {
            changes.add(routeChange(route));
        }
        socket.change(changes);
    }

    /** Sets a port of a bridge up, with an alias and in hairpin mode: all in one request. */
    public void openPort(int index, String alias) throws IOException {
        socket.change(
                List.of(
                        aliasChange(index, alias),
                        hairpinChange(index, HairpinMode.ON),
                        stateChange(index, LinkState.UP)));
    }

    /** Makes a link a port of a bridge; 0 as the bridge takes it off. */
    public void setMaster(int index, int masterIndex) throws IOException {
        change(
                "set master of link %d to %d".formatted(index, masterIndex),
                LinkMessages.setMaster(index, masterIndex));
    }

    /** Before Linux 6.2 only while the link is down ({@code EBUSY}). */
    public void rename(int index, String name) throws IOException {
        change(
                "rename link %d to %s".formatted(index, name),
                LinkMessages.rename(index, Link.requireName(name)));
    }

    /** Leaves a text with a link, at most 255 bytes, which {@code ip link} shows to people. */
    public void setAlias(int index, String alias) throws IOException {
        socket.change(List.of(aliasChange(index, alias)));
    }

    public void setMtu(int index, int mtu) throws IOException {
        change("set mtu of link %d to %d".formatted(index, mtu), LinkMessages.setMtu(index, mtu));
    }

    public void setMacAddress(int index, MacAddress address) throws IOException {
        change(
                "set address of link %d to %s".formatted(index, address),
                LinkMessages.setMacAddress(index, address));
    }

    /** Moves a link into another namespace, where it may get another index. */
    public void move(int index, NamespaceRef namespace) throws IOException {
        change(
                "move link %d into %s".formatted(index, namespace),
                LinkMessages.move(index, namespace));
    }

    /** For a port of a bridge. */
    public void setHairpin(int index, HairpinMode mode) throws IOException {
        socket.change(List.of(hairpinChange(index, mode)));
    }

    public List<LinkAddress> addresses(int index) throws IOException {
        var addresses = new ArrayList<LinkAddress>();
        var action = "list addresses of link " + index;
        for (var message : socket.dump(action, AddressMessages.dump(index))) {
            if (message.type() == AddressMessages.RTM_NEWADDR) {
                addresses.add(AddressMessages.decode(message));
            }
        }
        return List.copyOf(addresses);
    }

    /** Adds an address; an IPv6 one is usable at once, without duplicate address detection. */
    public void addAddress(int index, IpPrefix prefix) throws IOException {
        socket.change(List.of(addressChange(index, prefix)));
    }

    public void deleteAddress(int index, IpPrefix prefix) throws IOException {
        change(
                "delete address %s of link %d".formatted(prefix, index),
                AddressMessages.delete(index, prefix));
    }

    /** The unicast routes of the main table, IPv4 first. */
    public List<Route> routes() throws IOException {
        var routes = new ArrayList<Route>();
        for (int family : new int[] {SocketFlags.AF_INET, SocketFlags.AF_INET6}) {
            for (var message : socket.dump("list routes", RouteMessages.dump(family))) {
                if (message.type() == RouteMessages.RTM_NEWROUTE) {
                    RouteMessages.decode(message).ifPresent(routes::add);
                }
            }
        }
        return List.copyOf(routes);
    }

    /**
     * Whether packets to an address are delivered in this namespace. An IPv6 address that was added
     * becomes so a moment later, when a worker of the kernel has got to it; what arrives for it in
     * between is lost.
     */
    public boolean isLocal(InetAddress address) throws IOException {
        var action = "find route to " + address.getHostAddress();
        try {
            return socket.request(action, RouteMessages.get(address)).stream()
                    .anyMatch(RouteMessages::isLocal);
        } catch (NetlinkException e) {
            if (e.is(Errno.ENETUNREACH) || e.is(Errno.EHOSTUNREACH)) {
                return false;
            }
            throw e;
        }
    }

    public void addRoute(Route route) throws IOException {
        socket.change(List.of(routeChange(route)));
    }

    public void deleteRoute(Route route) throws IOException {
        change("delete route " + shown(route), RouteMessages.delete(route));
    }

    @Override
    public void close() throws SyscallException {
        socket.close();
    }

    private Optional<Link> linkOf(String action, MessageWriter request) throws IOException {
        try {
            for (var message : socket.request(action, request)) {
                if (message.type() == LinkMessages.RTM_NEWLINK) {
                    return Optional.of(LinkMessages.decode(message));
                }
            }
            return Optional.empty();
        } catch (NetlinkException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void change(String action, MessageWriter request) throws IOException {
        socket.change(List.of(new Change(action, request)));
    }

    private static Change stateChange(int index, LinkState state) {
        return new Change(
                "set link %d %s".formatted(index, state), LinkMessages.setState(index, state));
    }

    private static Change aliasChange(int index, String alias) {
        return new Change("set alias of link " + index, LinkMessages.setAlias(index, alias));
    }

    private static Change hairpinChange(int index, HairpinMode mode) {
        return new Change(
                "set hairpin mode of link %d %s".formatted(index, mode),
                LinkMessages.setHairpin(index, mode));
    }

    private static Change addressChange(int index, IpPrefix prefix) {
        return new Change(
                "add address %s to link %d".formatted(prefix, index),
                AddressMessages.add(index, prefix));
    }

    private static Change routeChange(Route route) {
        return new Change("add route " + shown(route), RouteMessages.add(route));
    }

    private static String shown(Route route) {
        return route.gateway()
                .map(hop -> "%s via %s".formatted(route.destination(), hop.getHostAddress()))
                .orElseGet(() -> "%s on link".formatted(route.destination()));
    }
}
