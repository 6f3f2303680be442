// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;

/** What every verb is given. The options are read when a verb asks, after they were parsed. */
public final class Session {
    private final GlobalOptions options;
    private final Terminal terminal;
    private final InstantSource clock;

    public Session(GlobalOptions options, Terminal terminal, InstantSource clock) {
        this.options = options;
        this.terminal = terminal;
        this.clock = clock;
    }

    /** A connection of the caller's own. Fails at the first call if nobody listens. */
    public Connection connect() {
        return Connection.open(options.endpoint(), options.patience());
    }

    public Endpoint endpoint() {
        return options.endpoint();
    }

    public Terminal terminal() {
        return terminal;
    }

    public PrintStream out() {
        return terminal.out();
    }

    public PrintStream err() {
        return terminal.err();
    }

    public Instant now() {
        return clock.instant();
    }

    /** Writes {@code ristretto <verb>: <what went wrong>} on standard error. */
    public void report(String verb, Throwable failure) {
        var words = new FailureWords(options.endpoint()).of(failure);
        terminal.err().println("ristretto " + verb + ": " + words);
        if (options.debug()) {
            failure.printStackTrace(terminal.err());
        }
    }
}
