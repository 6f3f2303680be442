// SPDX-License-Identifier: Apache-2.0
/**
 * Pods connected by plugins on the disk: the Container Network Interface, versions 0.3.0 to 1.1.0
 * of its specification. {@link dev.ristretto.runtime.network.cni.CniNetworks} is the entry.
 *
 * <p>What is decided and what is done are apart: {@code NetworkConfigList}, {@code RequestConfig},
 * {@code CapabilityArgs} and {@code CniResult} are values; {@code PluginCall} runs one plugin,
 * {@code CniOperations} a chain of them; {@code Attachments} are kept on the disk from before the
 * first plugin runs until the last DEL has succeeded. A pod's operations are made one after the
 * other, GC alone.
 */
@NullMarked
package dev.ristretto.runtime.network.cni;

import org.jspecify.annotations.NullMarked;
