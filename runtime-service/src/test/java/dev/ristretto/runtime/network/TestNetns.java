// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.netlink.IpPrefix;
import dev.ristretto.linux.netlink.Link;
import dev.ristretto.linux.netlink.LinkState;
import dev.ristretto.linux.netlink.NamespaceRef;
import dev.ristretto.linux.netlink.Route;
import dev.ristretto.linux.netlink.RtNetlink;
import dev.ristretto.linux.netlink.VethSpec;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A network namespace made for a test, with its loopback up; it goes when nothing holds it. */
final class TestNetns implements AutoCloseable {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();
    private static final int LOOPBACK = 1;

    private final Fd fd;

    private TestNetns(Fd fd) {
        this.fd = fd;
    }

    static TestNetns create() throws IOException {
        return new TestNetns(
                NamespaceThread.callInNew(
                        LINUX,
                        ProcessFlags.CLONE_NEWNET,
                        () -> {
                            try (var links = RtNetlink.open(LINUX)) {
                                links.setState(LOOPBACK, LinkState.UP);
                            }
                            return Fd.open(LINUX, NamespaceThread.OWN_NETWORK, FileFlags.O_RDONLY);
                        }));
    }

    /** Does the work inside; sockets that it opens stay inside. */
    <T> T call(NamespaceThread.Work<T> work) throws IOException {
        return NamespaceThread.callIn(LINUX, fd.number(), ProcessFlags.CLONE_NEWNET, work);
    }

    /** The work of a lambda that returns nothing. */
    void run(Action action) throws IOException {
        call(
                () -> {
                    action.run();
                    return fd;
                });
    }

    /** For a {@link PodAttachment}. */
    Path path() {
        return fd.procPath();
    }

    List<String> linkNames() throws IOException {
        try (var links = RtNetlink.openIn(LINUX, fd.number())) {
            return links.links().stream().map(Link::name).sorted().toList();
        }
    }

    Optional<Link> link(String name) throws IOException {
        try (var links = RtNetlink.openIn(LINUX, fd.number())) {
            return links.link(name);
        }
    }

    RtNetlink netlink() throws IOException {
        return RtNetlink.openIn(LINUX, fd.number());
    }

    /** Joins this namespace to another with a cable, an address of each family at both ends. */
    void joinTo(TestNetns other, String ourEnd, String theirEnd, Cable cable) throws IOException {
        try (var ours = netlink();
                var theirs = other.netlink()) {
            ours.createVeth(
                    new VethSpec(
                            ourEnd,
                            Optional.empty(),
                            OptionalInt.empty(),
                            theirEnd,
                            Optional.empty(),
                            new NamespaceRef.ByFd(other.fd.number()),
                            cable.mtu(),
                            LinkState.DOWN));
            expectNoDuplicates(ourEnd);
            other.expectNoDuplicates(theirEnd);
            up(ours, ourEnd, cable.ours());
            up(theirs, theirEnd, cable.theirs());
            settle(ours, ourEnd, cable.ours());
            settle(theirs, theirEnd, cable.theirs());
            int index = ours.link(ourEnd).orElseThrow().index();
            for (var hop : cable.theirs()) {
                ours.addRoute(Route.byDefault(hop.address(), index));
            }
        }
    }

    /** Else its link-local address takes two seconds to be usable. */
    private void expectNoDuplicates(String name) throws IOException {
        run(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf", name, "accept_dad"), "0"));
    }

    private static void up(RtNetlink links, String name, List<IpPrefix> addresses)
            throws IOException {
        int index = links.link(name).orElseThrow().index();
        for (var address : addresses) {
            links.addAddress(index, address);
        }
        links.setState(index, LinkState.UP);
    }

    private static void settle(RtNetlink links, String name, List<IpPrefix> addresses)
            throws IOException {
        Settling.awaitPackets(links, links.link(name).orElseThrow().index());
        for (var address : addresses) {
            Settling.awaitAddress(links, address.address());
        }
    }

    @Override
    public void close() throws IOException {
        fd.close();
    }

    static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    /**
     * A veth pair between two namespaces.
     *
     * @param mtu of both ends
     * @param ours addresses of this end
     * @param theirs addresses of the other end, which are our default gateways
     */
    record Cable(int mtu, List<IpPrefix> ours, List<IpPrefix> theirs) {}

    /** What is done in a namespace. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }
}
