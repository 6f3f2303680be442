// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import java.nio.file.Path;

/**
 * Files of the pod that each container gets in {@code /etc}, unless its config mounts others there.
 *
 * @param hostname content of {@code /etc/hostname}
 * @param hosts content of {@code /etc/hosts}
 * @param resolvConf content of {@code /etc/resolv.conf}
 */
public record PodFiles(Path hostname, Path hosts, Path resolvConf) {}
