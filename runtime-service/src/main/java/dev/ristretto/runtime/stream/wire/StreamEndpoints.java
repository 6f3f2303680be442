// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import java.util.Optional;

/** The URLs that can be asked for. Called on event loops: must not block. */
public interface StreamEndpoints {
    /** What stands behind a path, as long as nobody has claimed it. */
    Optional<StreamEndpoint> find(String path);

    /** Uses a path up. False if another request was faster or its time is over. */
    boolean claim(String path);
}
