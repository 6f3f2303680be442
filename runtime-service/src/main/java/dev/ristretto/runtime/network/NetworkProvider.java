// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.network.cni.CniNetworks;
import dev.ristretto.runtime.network.cni.CniSettings;

import java.io.IOException;
import java.nio.file.Path;

/** Who connects the pods that are not on the host's network: {@code network.provider}. */
public final class NetworkProvider {
    private NetworkProvider() {}

    /** Where the daemon keeps what lives until the next boot, and what outlives it. */
    public record Directories(Path runDir, Path stateDir) {}

    /**
     * Opens what the configuration chooses, in the calling thread's network namespace. Call {@link
     * PodNetworks#retain} next.
     *
     * @throws IOException if this host cannot do it at all; the message says why
     */
    public static PodNetworks open(
            LinuxSyscalls linux, RistrettoConfig.Network network, Directories directories)
            throws IOException {
        return switch (network.provider()) {
            case "auto" -> open(linux, network, directories, NetworkSwitch.Choice.AUTO);
            case "cni" -> open(linux, network, directories, NetworkSwitch.Choice.CNI);
            case "builtin" -> open(linux, network, directories, NetworkSwitch.Choice.BUILT_IN);
            case "host" -> new HostNetwork();
            default ->
                    throw RuntimeFault.invalidArgument(
                            "network.provider is '%s'; it must be one of auto, cni, builtin, host",
                            network.provider());
        };
    }

    private static PodNetworks open(
            LinuxSyscalls linux,
            RistrettoConfig.Network network,
            Directories directories,
            NetworkSwitch.Choice choice)
            throws IOException {
        var builtIn = BuiltInNetworkConfig.of(network, directories.runDir());
        return new NetworkSwitch(
                choice,
                new CniNetworks(linux, CniSettings.of(network.cni(), directories.stateDir())),
                () -> BuiltInNetworks.open(linux, builtIn, SubnetChoice.of(network)),
                builtIn.leaseDirectory());
    }
}
