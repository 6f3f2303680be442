// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.file.DeleteTree;
import dev.ristretto.file.KernelFile;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.network.HostsFile;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.network.ResolvConf;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.store.StateLayout;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** A pod's run directory and the files in it that its containers see. */
public final class PodFiles {
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path HOST_HOSTS = Path.of("/etc/hosts");

    /** Searchable on the way: a user namespace's root must reach the files in it. */
    private static final Set<PosixFilePermission> DIRECTORY =
            PosixFilePermissions.fromString("rwx--x--x");

    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("rw-r--r--");

    private final StateLayout layout;
    private final LinuxSyscalls linux;

    public PodFiles(StateLayout layout, LinuxSyscalls linux) {
        this.layout = layout;
        this.linux = linux;
    }

    /** Makes the empty run directory. */
    Path make(PodSandboxId id) throws IOException {
        var directory = layout.podRunDir(id);
        makeDirectory(directory);
        makeDirectory(layout.podFiles(id));
        return directory;
    }

    /** Writes what containers of the pod see in {@code /etc}. */
    void write(PodSandboxId id, SandboxConfig config, PodNetwork network) throws IOException {
        var files = layout.podFiles(id);
        write(
                files.resolve("resolv.conf"),
                ResolvConf.contentFor(config.dns(), textOf(HOST_RESOLV_CONF)));
        var hostname = config.hostname();
        boolean host = config.namespaces().hostNetwork();
        write(
                files.resolve("hosts"),
                host ? textOf(HOST_HOSTS) : HostsFile.contentFor(hostname, network.ips()));
        write(files.resolve("hostname"), (hostname.isEmpty() ? hostName() : hostname) + "\n");
        own(files, config.namespaces().ids());
    }

    /** Deletes the run directory with all it holds; absent is fine. */
    void delete(PodSandboxId id) throws IOException {
        DeleteTree.below(linux, layout.runDirs(), layout.podRunDir(id));
    }

    private static void makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            // Left by a request that was killed; what matters is written anew.
        }
        Files.setPosixFilePermissions(directory, DIRECTORY);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        // Whatever the daemon's umask: every user of the container must be able to read it.
        Files.setPosixFilePermissions(file, FILE);
    }

    /** The pod's root may write them, whoever that is on the host; a tmpfs may not map ids. */
    private void own(Path files, IdMap ids) throws IOException {
        int root = (int) ids.onHost(0);
        if (root != 0) {
            for (var name : List.of("resolv.conf", "hosts", "hostname")) {
                var file = files.resolve(name).toString();
                linux.fchownat(FileFlags.AT_FDCWD, file, root, root, FileFlags.AT_SYMLINK_NOFOLLOW);
            }
        }
    }

    private static String textOf(Path hostFile) throws IOException {
        try {
            return Files.readString(hostFile);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static String hostName() throws IOException {
        return KernelFile.text(Path.of("/proc/sys/kernel/hostname"));
    }
}
