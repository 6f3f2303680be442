// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;
import dev.ristretto.runtime.plan.ResolvedDevice;
import dev.ristretto.runtime.plan.ResolvedMount;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.DeviceConfig;
import dev.ristretto.runtime.spec.MountConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks at the host's files that a container is to be given. */
final class HostPaths {
    private static final Path DEV = Path.of("/dev");
    private static final int PERMISSIONS = 0777;

    private final LinuxSyscalls linux;

    HostPaths(LinuxSyscalls linux) {
        this.linux = linux;
    }

    /**
     * The mounts, looked at. A host path that is missing is made as a directory: the kubelet and
     * its users rely on it, as every peer does it.
     */
    List<ResolvedMount> mounts(ContainerConfig config) {
        return config.mounts().stream().map(this::mount).toList();
    }

    /** The devices asked for, or all there are. */
    List<ResolvedDevice> devices(ContainerConfig config) throws IOException {
        if (config.security().privileged()) {
            return below(new DeviceConfig(DEV.toString(), DEV.toString(), "rwm"));
        }
        var devices = new ArrayList<ResolvedDevice>();
        for (var device : config.devices()) {
            devices.addAll(device(device));
        }
        return devices;
    }

    private ResolvedMount mount(MountConfig mount) {
        try {
            return new ResolvedMount(mount, status(mount.hostPath()).isDirectory());
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw RuntimeFault.invalidArgument(
                        "mounts[%s].host_path '%s': %s",
                        mount.containerPath(), mount.hostPath(), e.errno());
            }
        }
        try {
            Files.createDirectories(Path.of(mount.hostPath()));
        } catch (IOException e) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s].host_path '%s' is missing and cannot be made: %s",
                    mount.containerPath(), mount.hostPath(), e.getMessage());
        }
        return new ResolvedMount(mount, true);
    }

    private List<ResolvedDevice> device(DeviceConfig device) throws IOException {
        FileStatus status;
        try {
            status = status(device.hostPath());
        } catch (SyscallException e) {
            throw RuntimeFault.invalidArgument(
                    "devices[%s].host_path '%s': %s",
                    device.containerPath(), device.hostPath(), e.errno());
        }
        if (status.isDirectory()) {
            return below(device);
        }
        if (!isDevice(status)) {
            throw RuntimeFault.invalidArgument(
                    "devices[%s].host_path '%s' is no device",
                    device.containerPath(), device.hostPath());
        }
        return List.of(resolved(device, status));
    }

    /** A directory stands for the devices in it. */
    private List<ResolvedDevice> below(DeviceConfig directory) throws IOException {
        var devices = new ArrayList<ResolvedDevice>();
        var root = Path.of(directory.hostPath());
        try (Stream<Path> files = Files.walk(root)) {
            for (var file : (Iterable<Path>) files::iterator) {
                addDevice(devices, directory, root, file);
            }
        }
        return devices;
    }

    private void addDevice(
            List<ResolvedDevice> devices, DeviceConfig directory, Path root, Path file) {
        // A container has terminals, shared memory and queues of its own.
        var own = List.of(DEV.resolve("pts"), DEV.resolve("shm"), DEV.resolve("mqueue"));
        if (own.stream().anyMatch(file::startsWith) || file.equals(DEV.resolve("console"))) {
            return;
        }
        try {
            var status =
                    linux.statx(FileFlags.AT_FDCWD, file.toString(), FileFlags.AT_SYMLINK_NOFOLLOW);
            if (isDevice(status)) {
                var inside = directory.containerPath() + "/" + root.relativize(file);
                devices.add(
                        resolved(
                                new DeviceConfig(inside, file.toString(), directory.permissions()),
                                status));
            }
        } catch (SyscallException e) {
            // It came and went; what is not there cannot be given.
            return;
        }
    }

    private static ResolvedDevice resolved(DeviceConfig device, FileStatus status) {
        return new ResolvedDevice(
                device.containerPath(),
                status.type() == FileFlags.S_IFBLK
                        ? DeviceRule.Kind.BLOCK
                        : DeviceRule.Kind.CHARACTER,
                status.represents(),
                status.mode() & PERMISSIONS,
                device.permissions());
    }

    private static boolean isDevice(FileStatus status) {
        return status.type() == FileFlags.S_IFCHR || status.type() == FileFlags.S_IFBLK;
    }

    private FileStatus status(String path) throws SyscallException {
        return linux.statx(FileFlags.AT_FDCWD, path, 0);
    }
}
