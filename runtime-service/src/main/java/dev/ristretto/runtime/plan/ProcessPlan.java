// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.store.ImageConfig;
import dev.ristretto.runtime.spec.CdiEdits;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.ProcessSpec;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Makes a container's process of its config and its image. */
public final class ProcessPlan {
    private ProcessPlan() {}

    /**
     * Decides everything about the process.
     *
     * @param identity looked up in the image
     * @param home the user's home directory in the image's {@code /etc/passwd}
     * @param hostname of the pod, for {@code HOSTNAME}
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if there is no command, the working directory
     *     is relative or a stop signal is none
     */
    public static ProcessSpec of(
            ContainerConfig config,
            ImageConfig image,
            ProcessIdentity identity,
            String home,
            String hostname) {
        return new ProcessSpec(
                argv(config, image),
                environment(config, image, home, hostname),
                workingDir(config, image),
                identity,
                StopSignal.of(config.stopSignal(), image.stopSignal()));
    }

    /** The same process with what CDI devices bring, whose variables go over those it has. */
    public static ProcessSpec injected(ProcessSpec process, CdiEdits edits) {
        var environment = new Environment();
        environment.putAll(process.environment());
        environment.putAll(edits.env().stream().map(EnvironmentVariable::toString).toList());
        var identity = process.identity();
        var groups = new LinkedHashSet<>(identity.groups());
        groups.addAll(edits.additionalGids());
        return new ProcessSpec(
                process.argv(),
                environment.entries(),
                process.workingDir(),
                new ProcessIdentity(identity.uid(), identity.gid(), List.copyOf(groups)),
                process.stopSignal());
    }

    /** A command replaces all that the image says; arguments alone replace only its own. */
    private static List<String> argv(ContainerConfig config, ImageConfig image) {
        var argv = new ArrayList<String>();
        if (config.command().isEmpty()) {
            argv.addAll(image.entrypoint());
            argv.addAll(config.args().isEmpty() ? image.cmd() : config.args());
        } else {
            argv.addAll(config.command());
            argv.addAll(config.args());
        }
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "container %s has no command: neither config.command nor config.args nor image"
                            + " %s names one",
                    config.metadata().name(), config.image());
        }
        for (var argument : argv) {
            if (argument.indexOf(0) >= 0) {
                throw RuntimeFault.invalidArgument(
                        "config.command or config.args of container %s has a NUL",
                        config.metadata().name());
            }
        }
        return argv;
    }

    private static List<String> environment(
            ContainerConfig config, ImageConfig image, String home, String hostname) {
        var environment = new Environment();
        environment.put("PATH", ExecutablePaths.DEFAULT_PATH);
        if (!hostname.isEmpty()) {
            environment.put("HOSTNAME", hostname);
        }
        if (config.stdio().tty()) {
            environment.put(Environment.TERM, Environment.XTERM);
        }
        environment.putAll(image.env());
        environment.putAll(config.envs().stream().map(EnvironmentVariable::toString).toList());
        environment.putIfAbsent("HOME", home);
        return environment.entries();
    }

    private static String workingDir(ContainerConfig config, ImageConfig image) {
        if (config.workingDir().isEmpty()) {
            return ContainerPath.clean(image.workingDir());
        }
        if (!config.workingDir().startsWith("/") || config.workingDir().indexOf(0) >= 0) {
            throw RuntimeFault.invalidArgument(
                    "config.working_dir '%s' is not an absolute path",
                    config.workingDir().replace("\0", "\\0"));
        }
        return ContainerPath.clean(config.workingDir());
    }
}
