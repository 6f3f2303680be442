// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;

/** The JSON of {@code info} in verbose answers; {@code crictl inspect} prints it. */
final class VerboseInfo {
    private static final JsonMapper JSON = new JsonMapper();

    private VerboseInfo() {}

    static String of(Sandbox sandbox) {
        var info = JSON.createObjectNode();
        if (sandbox.state() instanceof SandboxState.Ready(var shimPid, var network)) {
            info.put("pid", shimPid)
                    .put("interface", network.interfaceName())
                    .put("hostInterface", network.hostInterfaceName());
        }
        return info.put("cgroup", sandbox.cgroup())
                .put("hostname", sandbox.config().hostname())
                .toString();
    }

    static String of(Container container) {
        var info = JSON.createObjectNode();
        if (container.state() instanceof ContainerState.Running(_, var pid)) {
            info.put("pid", pid);
        }
        var process = container.process();
        info.put("sandboxID", container.podSandboxId().value()).put("cgroup", container.cgroup());
        process.argv().forEach(info.putArray("args")::add);
        return info.put("cwd", process.workingDir()).toString();
    }
}
