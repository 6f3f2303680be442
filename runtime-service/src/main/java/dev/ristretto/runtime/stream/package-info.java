// SPDX-License-Identifier: Apache-2.0
/**
 * Exec, attach and port-forward over HTTP, as {@code kubectl} and {@code crictl} speak them: {@link
 * dev.ristretto.runtime.stream.StreamingServer} gives out a URL for one use, and serves it. {@link
 * dev.ristretto.runtime.stream.RemoteCommand} carries a process's input and output over a client's
 * streams, whichever protocol below ({@code stream.wire}) brought them. The process is behind
 * {@link dev.ristretto.runtime.stream.ExecTarget} or {@link
 * dev.ristretto.runtime.stream.AttachTarget}, and {@link
 * dev.ristretto.runtime.stream.StreamProcess}. {@link dev.ristretto.runtime.stream.PortForward}
 * carries connections to a pod's ports.
 *
 * <p>Everything here blocks virtual threads: at most three per client of a process, one that takes
 * its output, one that feeds its input, one that takes the sizes of the client's terminal; two for
 * each forwarded connection. There is no buffer between them and the other side, so a slow side
 * slows the other.
 */
@NullMarked
package dev.ristretto.runtime.stream;

import org.jspecify.annotations.NullMarked;
