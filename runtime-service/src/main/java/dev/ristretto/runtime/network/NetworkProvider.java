// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.config.RistrettoConfig;

import java.io.IOException;
import java.nio.file.Path;

/** Who connects the pods that are not on the host's network: {@code network.provider}. */
public final class NetworkProvider {
    private NetworkProvider() {}

    /**
     * Opens what the configuration chooses, in the calling thread's network namespace. Call {@link
     * PodNetworks#retain} next.
     *
     * @param runDir where the daemon keeps live state
     * @throws IOException if this host cannot do it at all; the message says why
     */
    public static PodNetworks open(
            LinuxSyscalls linux, RistrettoConfig.Network network, Path runDir) throws IOException {
        return switch (network.provider()) {
            case "auto", "builtin" ->
                    BuiltInNetworks.open(linux, BuiltInNetworkConfig.of(network, runDir));
            case "host" -> new HostNetwork();
            default ->
                    throw RuntimeFault.invalidArgument(
                            "network.provider is '%s'; it must be one of auto, builtin, host",
                            network.provider());
        };
    }
}
