// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;
import dev.ristretto.runtime.plan.ResolvedDevice;
import dev.ristretto.runtime.spec.CdiDeviceNode;
import dev.ristretto.runtime.spec.DeviceConfig;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at the devices that a container is to be given. */
public final class HostDevices {
    private static final Path DEV = Path.of("/dev");
    private static final String ALL_ACCESS = "rwm";

    /** What each container has of its own, or what is no device. */
    private static final Set<String> OWN =
            Set.of("pts", "shm", "fd", "mqueue", "console", "ptmx", "core", ".udev");

    private final LinuxSyscalls linux;

    public HostDevices(LinuxSyscalls linux) {
        this.linux = linux;
    }

    /**
     * Finds out what devices these are; of a directory, all that are below it.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if one is not there or is no device
     */
    public List<ResolvedDevice> resolve(List<DeviceConfig> devices) throws IOException {
        var resolved = new ArrayList<ResolvedDevice>();
        for (var device : devices) {
            var found = new ArrayList<ResolvedDevice>();
            collect(device, found);
            if (found.isEmpty()) {
                throw RuntimeFault.invalidArgument(
                        "config.devices: host_path '%s' is neither a device nor a directory of"
                                + " devices",
                        device.hostPath());
            }
            resolved.addAll(found);
        }
        return resolved;
    }

    /**
     * Finds the device that a CDI specification means.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} naming the specification, if there is none
     */
    public ResolvedDevice resolve(CdiDeviceNode wanted) throws IOException {
        Path real;
        FileStatus status;
        try {
            real = Path.of(wanted.hostPath()).toRealPath();
            status =
                    linux.statx(FileFlags.AT_FDCWD, real.toString(), FileFlags.AT_SYMLINK_NOFOLLOW);
        } catch (IOException e) {
            throw RuntimeFault.invalidArgument(
                    "CDI device node '%s' of %s is not on this host: %s",
                    wanted.hostPath(), wanted.specFile(), String.valueOf(e.getMessage()));
        }
        var found = device(status, real.toString(), wanted.path(), wanted.permissions());
        if (found.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "CDI device node '%s' of %s is no device on this host",
                    wanted.hostPath(), wanted.specFile());
        }
        var device = found.getFirst();
        var node = device.node();
        return new ResolvedDevice(
                device.hostPath(),
                device.containerPath(),
                device.kind(),
                device.number(),
                new ResolvedDevice.Node(
                        wanted.fileMode().orElse(node.permissions()),
                        wanted.uid().orElse(node.uid()),
                        wanted.gid().orElse(node.gid())),
                device.access());
    }

    /** Every device of the host's {@code /dev}, for privileged containers. */
    public List<ResolvedDevice> all() throws IOException {
        var found = new ArrayList<ResolvedDevice>();
        try (var entries = Files.newDirectoryStream(DEV, HostDevices::isOfHost)) {
            for (var entry : entries) {
                collectBelow(entry, entry.toString(), ALL_ACCESS, found);
            }
        }
        return found;
    }

    private static boolean isOfHost(Path entry) {
        return !OWN.contains(entry.getFileName().toString());
    }

    private void collect(DeviceConfig device, List<ResolvedDevice> found) throws IOException {
        Path real;
        try {
            real = Path.of(device.hostPath()).toRealPath();
        } catch (FileSystemException e) {
            throw RuntimeFault.invalidArgument(
                    "config.devices: host_path '%s' is not there", device.hostPath());
        }
        collectBelow(real, device.containerPath(), device.permissions(), found);
    }

    /** Links are passed over: what they lead to has a name of its own. */
    private void collectBelow(
            Path path, String containerPath, String access, List<ResolvedDevice> found)
            throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (var entries = Files.newDirectoryStream(path)) {
                for (var entry : entries) {
                    collectBelow(entry, containerPath + "/" + entry.getFileName(), access, found);
                }
            }
            return;
        }
        try {
            var status =
                    linux.statx(FileFlags.AT_FDCWD, path.toString(), FileFlags.AT_SYMLINK_NOFOLLOW);
            found.addAll(device(status, path.toString(), containerPath, access));
        } catch (SyscallException e) {
            // Unplugged since it was listed.
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private static List<ResolvedDevice> device(
            FileStatus status, String hostPath, String containerPath, String access) {
        return kind(status)
                .map(
                        kind ->
                                new ResolvedDevice(
                                        hostPath,
                                        containerPath,
                                        kind,
                                        status.represents(),
                                        new ResolvedDevice.Node(
                                                status.permissions(), status.uid(), status.gid()),
                                        access))
                .stream()
                .toList();
    }

    private static Optional<DeviceRule.Kind> kind(FileStatus status) {
        return switch (status.type()) {
            case FileFlags.S_IFCHR -> Optional.of(DeviceRule.Kind.CHARACTER);
            case FileFlags.S_IFBLK -> Optional.of(DeviceRule.Kind.BLOCK);
            default -> Optional.empty();
        };
    }
}
