// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.linux.cgroup.CgroupLimits;
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
        limits(info.putObject("overhead"), sandbox.limits().overhead());
        limits(info.putObject("resources"), sandbox.limits().resources());
        return info.put("cgroup", sandbox.cgroup())
                .put("hostname", sandbox.config().hostname())
                .toString();
    }

    /** Those that are set, under their names of the CRI: {@code {"linux": {"cpu_shares": 2}}}. */
    private static void limits(ObjectNode info, CgroupLimits limits) {
        var linux = info.putObject("linux");
        ResourcesMapper.toProto(limits, 0)
                .getAllFields()
                .forEach(
                        (field, value) -> {
                            if (value instanceof Long number) {
                                linux.put(field.getName(), number);
                            } else if (value instanceof String text) {
                                linux.put(field.getName(), text);
                            }
                        });
        if (!limits.unified().isEmpty()) {
            limits.unified().forEach(linux.putObject("unified")::put);
        }
        if (!limits.hugepageLimitsBytes().isEmpty()) {
            limits.hugepageLimitsBytes().forEach(linux.putObject("hugepage_limits")::put);
        }
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
