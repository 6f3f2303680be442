// SPDX-License-Identifier: Apache-2.0
/**
 * Exec over HTTP, as {@code kubectl exec} and {@code crictl exec} speak it: {@link
 * dev.ristretto.runtime.stream.StreamingServer} gives out a URL for one use, and serves it. {@link
 * dev.ristretto.runtime.stream.RemoteCommand} carries a process's input and output over a client's
 * streams, whichever protocol below ({@code stream.wire}) brought them. The process is behind
 * {@link dev.ristretto.runtime.stream.ExecTarget} and {@link
 * dev.ristretto.runtime.stream.StreamProcess}.
 *
 * <p>Everything here blocks virtual threads: at most three per client, one that takes the process's
 * output, one that feeds its input, one that takes the sizes of the client's terminal. There is no
 * buffer between them and the process, so a slow side slows the other.
 */
@NullMarked
package dev.ristretto.runtime.stream;

import org.jspecify.annotations.NullMarked;
