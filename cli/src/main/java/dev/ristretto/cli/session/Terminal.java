// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output and standard error, as UTF-8. */
public record Terminal(PrintStream out, PrintStream err) {
    /** Those of this process; output is written when a line or a block is complete. */
    public static Terminal ofProcess() {
        return new Terminal(
                print(new FileOutputStream(FileDescriptor.out)),
                print(new FileOutputStream(FileDescriptor.err)));
    }

    private static PrintStream print(OutputStream out) {
        return new PrintStream(
                new BufferedOutputStream(out, 1 << 14), true, StandardCharsets.UTF_8);
    }
}
