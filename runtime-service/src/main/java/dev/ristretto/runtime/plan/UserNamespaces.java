// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.UserNamespace;

import java.util.List;

/** Pods whose users are others on the host. */
final class UserNamespaces {
    private UserNamespaces() {}

    /** After all that needs the host's root; before namespaces that the pod's shall own. */
    static List<ShimOp> join(IdMap ids) {
        return ids.isHost() ? List.of() : List.of(new ShimOp.SetnsPod(ProcessFlags.CLONE_NEWUSER));
    }

    /** A container has its pod's, and a user that is somebody in it. */
    static void requireThePods(ContainerInput input) {
        var asked = input.config().security().namespaces().users();
        if (!asked.map(UserNamespace::ids).orElse(input.ids()).equals(input.ids())) {
            throw RuntimeFault.invalidArgument(
                    "security_context.namespace_options.userns_options of container %s are not"
                            + " those of pod %s; give the same, or none",
                    input.config().metadata().name(), input.sandbox().metadata().podName());
        }
        var identity = input.process().identity();
        requireMapped(input, "user", identity.uid());
        requireMapped(input, "group", identity.gid());
        identity.groups().forEach(group -> requireMapped(input, "supplementary group", group));
    }

    private static void requireMapped(ContainerInput input, String what, long id) {
        if (input.ids().find(id).isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "%s %d of container %s is nobody in the user namespace of pod %s; map it in"
                            + " namespace_options.userns_options",
                    what,
                    id,
                    input.config().metadata().name(),
                    input.sandbox().metadata().podName());
        }
    }
}
