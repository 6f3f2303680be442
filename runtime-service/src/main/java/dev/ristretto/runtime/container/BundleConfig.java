// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.runtime.plan.HookState;
import dev.ristretto.runtime.plan.Hooks;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.spec.MountConfig;

import java.io.IOException;
import java.util.List;

/**
 * {@code config.json} of the OCI runtime specification, as far as hooks look into it: the root, the
 * process, the mounts, the annotations and the cgroup. Nothing here reads it.
 */
final class BundleConfig {
    private static final JsonMapper JSON = new JsonMapper();

    private BundleConfig() {}

    static byte[] of(Container container, Sandbox sandbox, Hooks hooks) throws IOException {
        var security = container.config().security();
        var root = JSON.createObjectNode();
        root.put("ociVersion", HookState.OCI_VERSION);
        root.putObject("root")
                .put("path", hooks.rootfs().toString())
                .put("readonly", security.readonlyRootfs());
        root.put("hostname", sandbox.config().hostname());
        process(root.putObject("process"), container);
        var mounts = root.putArray("mounts");
        container.config().mounts().forEach(mount -> mount(mounts, mount));
        container.injected().mounts().forEach(mount -> mount(mounts, mount));
        var annotations = root.putObject("annotations");
        hooks.state().annotations().forEach(annotations::put);
        root.putObject("linux").put("cgroupsPath", container.cgroup());
        return JSON.writeValueAsBytes(root);
    }

    private static void process(ObjectNode process, Container container) {
        var spec = container.process();
        process.put("terminal", container.config().stdio().tty());
        var user = process.putObject("user");
        user.put("uid", spec.identity().uid()).put("gid", spec.identity().gid());
        spec.identity().groups().forEach(user.putArray("additionalGids")::add);
        texts(process.putArray("args"), spec.argv());
        texts(process.putArray("env"), spec.environment());
        process.put("cwd", spec.workingDir());
    }

    private static void mount(ArrayNode mounts, MountConfig mount) {
        if (mount.image().isPresent()) {
            return;
        }
        var options = mounts.addObject();
        options.put("destination", mount.containerPath())
                .put("type", "bind")
                .put("source", mount.hostPath());
        options.putArray("options").add("rbind").add(mount.readonly() ? "ro" : "rw");
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
