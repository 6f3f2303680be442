// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

/** How a process ended, see wait(2). */
public sealed interface ExitStatus {
    /** It ended itself with this code, 0 to 255. */
    record Exited(int code) implements ExitStatus {
        public Exited {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("exit code %d".formatted(code));
            }
        }

        @Override
        public int exitCode() {
            return code;
        }
    }

    /** It was ended by this signal. */
    record Signaled(int signal) implements ExitStatus {
        public Signaled {
            if (signal < 1 || signal > 126) {
                throw new IllegalArgumentException("signal %d".formatted(signal));
            }
        }

        @Override
        public int exitCode() {
            return 128 + signal;
        }
    }

    /** The code that shells and the CRI report: a signal counts as 128 and its number. */
    int exitCode();

    /**
     * What a wait status as of wait(2) means.
     *
     * @throws IllegalArgumentException if it is not that of an ended process
     */
    static ExitStatus ofWaitStatus(long waitStatus) {
        int signal = (int) (waitStatus & 0x7f);
        if (waitStatus < 0 || waitStatus > 0xffff || signal == 0x7f) {
            throw new IllegalArgumentException("wait status 0x%x".formatted(waitStatus));
        }
        return signal == 0 ? new Exited((int) (waitStatus >> 8)) : new Signaled(signal);
    }
}
