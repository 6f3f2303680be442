// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.plan.HookState;
import dev.ristretto.runtime.plan.Hooks;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.spec.CdiHook;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Objects;

/**
 * The hooks of containers' CDI devices. What is run inside of a container is part of its program;
 * here are the bundle that hooks look into, which is in the container's snapshot and goes with it,
 * and the hooks that are run on the host. Of those a failure is logged and nothing else.
 */
final class ContainerHooks {
    private static final Logger LOG = Logger.getLogger(ContainerHooks.class);

    private final LinuxSyscalls linux;
    private final Snapshots snapshots;
    private final HostHook host;

    ContainerHooks(LinuxSyscalls linux, Snapshots snapshots) {
        this.linux = linux;
        this.snapshots = snapshots;
        this.host = new HostHook(linux);
    }

    /** Those of a container, for its plan. */
    Hooks of(Container container, Rootfs rootfs) {
        var annotations = new HashMap<>(container.config().annotations());
        annotations.put("io.kubernetes.cri.container-type", "container");
        annotations.put("io.kubernetes.cri.container-name", container.config().metadata().name());
        annotations.put("io.kubernetes.cri.sandbox-id", container.podSandboxId().value());
        return new Hooks(
                container.injected().hooks(),
                Objects.requireNonNull(rootfs.upperDir().getParent()).resolve("bundle"),
                new HookState(container.id().value(), annotations));
    }

    /** Writes the bundle if there are hooks; again is fine. */
    void prepare(Container container, Sandbox sandbox) throws IOException {
        if (container.injected().hooks().isEmpty()) {
            return;
        }
        var rootfs = snapshots.find(container.id().value()).orElseThrow();
        var hooks = of(container, rootfs);
        var ids = sandbox.config().namespaces().ids();
        Steps.act("write its bundle", () -> write(container, sandbox, hooks, ids));
    }

    private void write(Container container, Sandbox sandbox, Hooks hooks, IdMap ids)
            throws IOException {
        Files.createDirectories(hooks.rootfs());
        var config = hooks.bundle().resolve("config.json");
        Files.deleteIfExists(config);
        // It has the container's environment, which is not for everybody.
        Files.createFile(
                config,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(config, BundleConfig.of(container, sandbox, hooks));
        for (var file : new Path[] {hooks.bundle(), hooks.rootfs(), config}) {
            int root = (int) ids.onHost(0);
            linux.fchownat(FileFlags.AT_FDCWD, file.toString(), root, root, 0);
        }
    }

    /** Its process runs. */
    void started(Container container, int pid) {
        run(container, CdiHook.Kind.POSTSTART, "running", pid);
    }

    /** Its process is gone, if it ever was to be, and so is its cgroup. */
    void removed(Container container) {
        if (!(container.state() instanceof ContainerState.Created)) {
            run(container, CdiHook.Kind.POSTSTOP, "stopped", 0);
        }
    }

    private void run(Container container, CdiHook.Kind kind, String status, int pid) {
        var rootfs = snapshots.find(container.id().value());
        if (container.injected().hooks().isEmpty() || rootfs.isEmpty()) {
            return;
        }
        var hooks = of(container, rootfs.get());
        var state = hooks.state().text(status, pid, hooks.bundle());
        for (var hook : hooks.of(kind)) {
            var name = "run %s hook %s".formatted(kind.label(), hook.path());
            try {
                Steps.act(name, () -> host.run(hook, state, hooks.bundle()));
            } catch (IOException | RuntimeException e) {
                LOG.warnf("%s: %s: %s", container.described(), name, e.getMessage());
            }
        }
    }
}
