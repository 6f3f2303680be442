// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import dev.ristretto.cli.session.Terminal;

import java.lang.ref.Reference;
import java.time.InstantSource;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Entry of the command {@code ristretto}. */
public final class Main {
    private Main() {}

    /** Exit codes: 0 done, 1 failed, 2 misused; {@code exec} and {@code run} pass on theirs. */
    public static void main(String[] args) {
        // What a library has to say about a connection is said by the failure, in one line.
        var libraries = List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));
        libraries.forEach(library -> library.setLevel(Level.OFF));
        var terminal = Terminal.ofProcess();
        int exitCode = new Ristretto(terminal, InstantSource.system()).execute(args);
        terminal.out().flush();
        terminal.err().flush();
        // Not exit(): after Ctrl-C that would wait for the hook which waits for this. See ExitHook.
        Runtime.getRuntime().halt(exitCode);
        // Held until here: the log manager itself does not hold them.
        Reference.reachabilityFence(libraries);
    }
}
