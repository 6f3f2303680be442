// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Who listens on a port of the host: proc_pid_net(5) has the sockets, {@code /proc/<pid>/fd} their
 * owners. Slow, for error messages.
 */
final class PortOwners {
    private static final String TCP_LISTEN = "0A";

    /** Bound and not connected, as a server's socket is ({@code TCP_CLOSE} in the kernel). */
    private static final String UDP_UNCONNECTED = "07";

    private final Path proc;

    /**
     * @param proc {@code /proc}; sockets are those of the calling thread's network namespace
     */
    PortOwners(Path proc) {
        this.proc = proc;
    }

    /**
     * For example {@code nginx (pid 42)}; empty if no socket listens: then the port is only the
     * near end of somebody's connection.
     */
    Optional<String> find(PortMapping mapping) throws IOException {
        var inode =
                switch (mapping.protocol()) {
                    case TCP -> socket(mapping, List.of("tcp", "tcp6"), TCP_LISTEN);
                    case UDP -> socket(mapping, List.of("udp", "udp6"), UDP_UNCONNECTED);
                    case SCTP -> sctpSocket(mapping);
                };
        return inode.map(this::ownerOf);
    }

    private Optional<String> socket(PortMapping mapping, List<String> tables, String state)
            throws IOException {
        for (var table : tables) {
            for (var line : lines(table)) {
                // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
                var fields = line.strip().split("\\s+");
                if (fields.length > 9 && fields[3].equals(state) && matches(mapping, fields[1])) {
                    return Optional.of(fields[9]);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> sctpSocket(PortMapping mapping) throws IOException {
        for (var line : lines("sctp/eps")) {
            // ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS
            var fields = line.strip().split("\\s+");
            if (fields.length > 7 && fields[5].equals(Integer.toString(mapping.hostPort()))) {
                return Optional.of(fields[7]);
            }
        }
        return Optional.empty();
    }

    private List<String> lines(String table) throws IOException {
        try {
            return Files.readAllLines(proc.resolve("thread-self/net").resolve(table));
        } catch (NoSuchFileException e) {
            return List.of(); // a kernel without this protocol
        }
    }

    private static boolean matches(PortMapping mapping, String local) {
        int colon = local.indexOf(':');
        if (colon < 0 || Integer.parseInt(local.substring(colon + 1), 16) != mapping.hostPort()) {
            return false;
        }
        var address = addressOf(local.substring(0, colon));
        return address.isAnyLocalAddress()
                || mapping.hostAddress().filter(host -> !host.equals(address)).isEmpty();
    }

    /** Words of four bytes, each in the host's order. */
    private static InetAddress addressOf(String hex) {
        var words = ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.nativeOrder());
        var bytes = ByteBuffer.allocate(words.capacity());
        while (words.hasRemaining()) {
            bytes.putInt(words.getInt());
        }
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String ownerOf(String inode) {
        var target = "socket:[%s]".formatted(inode);
        try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var process : processes) {
                if (holds(process, target)) {
                    return "%s (pid %s)"
                            .formatted(
                                    Files.readString(process.resolve("comm")).strip(),
                                    process.getFileName());
                }
            }
        } catch (IOException e) {
            return "a process that ended meanwhile";
        }
        return "a socket of the host without a process in sight (inode %s)".formatted(inode);
    }

    private static boolean holds(Path process, String target) {
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var descriptor : descriptors) {
                if (target.equals(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false; // ended, or not ours to look into
        }
        return false;
    }
}
