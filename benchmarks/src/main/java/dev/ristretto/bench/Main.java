// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.session.Endpoint;
import dev.ristretto.cli.session.FailureWords;
import dev.ristretto.cli.session.Terminal;

import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

import java.lang.ref.Reference;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Entry of the command {@code ristretto-bench}. */
public final class Main {
    /** As shells have it for SIGINT. */
    private static final int INTERRUPTED = 130;

    private Main() {}

    public static void main(String[] args) {
        // Netty warns, at each connection, of an option that the JDK's unix sockets have not.
        var libraries = List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));
        libraries.forEach(library -> library.setLevel(Level.OFF));
        var terminal = Terminal.ofProcess();
        int exitCode = commandLine(terminal).execute(args);
        terminal.out().flush();
        terminal.err().flush();
        // Not exit(): after Ctrl-C that would wait for the hook which waits for this.
        Runtime.getRuntime().halt(exitCode);
        Reference.reachabilityFence(libraries);
    }

    static CommandLine commandLine(Terminal terminal) {
        var bench = new BenchCommand(terminal);
        var line = new CommandLine(bench);
        line.addSubcommand(new ImagesCommand(terminal));
        line.addSubcommand(new PollCommand(terminal));
        line.registerConverter(
                Endpoint.class,
                text -> {
                    try {
                        return Endpoint.parse(text);
                    } catch (IllegalArgumentException e) {
                        throw new TypeConversionException(String.valueOf(e.getMessage()));
                    }
                });
        line.setUsageHelpWidth(100);
        line.setExecutionExceptionHandler(
                (failure, command, _) -> {
                    if (failure instanceof Interruption.Interrupted) {
                        terminal.err().println("interrupted; what was made is removed");
                        return INTERRUPTED;
                    }
                    var words = new FailureWords(bench.endpoint()).of(failure);
                    terminal.err().println(command.getCommandName() + ": " + words);
                    return CommandLine.ExitCode.SOFTWARE;
                });
        return line;
    }
}
