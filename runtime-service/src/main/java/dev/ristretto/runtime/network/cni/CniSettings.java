// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.runtime.config.RistrettoConfig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where CNI is on this host.
 *
 * @param configDir in which the configuration is
 * @param binDirs in which plugins are
 * @param patience for all plugins of one operation together
 * @param stateDir in which attachments are kept; on a disk, since what plugins keep is too
 */
public record CniSettings(Path configDir, List<Path> binDirs, Duration patience, Path stateDir) {
    public CniSettings {
        binDirs = List.copyOf(binDirs);
    }

    /** From the daemon's configuration. */
    public static CniSettings of(RistrettoConfig.Cni cni, Path stateDir) {
        return new CniSettings(
                cni.configDir(),
                cni.binDirs(),
                Duration.ofSeconds(cni.timeoutSeconds()),
                stateDir.resolve("cni"));
    }
}
