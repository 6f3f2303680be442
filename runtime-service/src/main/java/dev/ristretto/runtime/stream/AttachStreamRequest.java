// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.spec.ContainerId;

/** {@code AttachRequest}: a container to connect a client's streams to. */
public record AttachStreamRequest(ContainerId containerId, StreamStdio stdio) {}
