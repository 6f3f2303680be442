// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import runtime.v1.NamespaceMode;

/** Which network pods get. */
enum PodNetwork {
    HOST(
            NamespaceMode.NODE,
            Operation.RUN_POD_SANDBOX_HOST,
            Operation.STOP_POD_SANDBOX_HOST,
            Operation.REMOVE_POD_SANDBOX_HOST),
    POD(
            NamespaceMode.POD,
            Operation.RUN_POD_SANDBOX_POD,
            Operation.STOP_POD_SANDBOX_POD,
            Operation.REMOVE_POD_SANDBOX_POD);

    private final NamespaceMode mode;
    private final Operation run;
    private final Operation stop;
    private final Operation remove;

    PodNetwork(NamespaceMode mode, Operation run, Operation stop, Operation remove) {
        this.mode = mode;
        this.run = run;
        this.stop = stop;
        this.remove = remove;
    }

    NamespaceMode mode() {
        return mode;
    }

    Operation run() {
        return run;
    }

    Operation stop() {
        return stop;
    }

    Operation remove() {
        return remove;
    }
}
