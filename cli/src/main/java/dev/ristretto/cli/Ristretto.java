// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import dev.ristretto.cli.demo.Demo;
import dev.ristretto.cli.run.Run;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Durations;
import dev.ristretto.cli.session.Endpoint;
import dev.ristretto.cli.session.GlobalOptions;
import dev.ristretto.cli.session.Session;
import dev.ristretto.cli.session.Terminal;
import dev.ristretto.cli.verb.Verbs;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The command and its verbs. Runs once. */
final class Ristretto {
    private final Root root = new Root();
    private final Terminal terminal;
    private final Session session;

    Ristretto(Terminal terminal, InstantSource clock) {
        this.terminal = terminal;
        this.session = new Session(root.options, terminal, clock);
    }

    /**
     * @return the exit code
     */
    int execute(String... args) {
        var verbs = verbs();
        var named = Arrays.stream(args).filter(verbs::containsKey).findFirst();
        var needed = named.map(verb -> Map.of(verb, verbs.get(verb))).orElse(verbs);
        return (needsAll(args) ? commandLine(verbs) : commandLine(needed)).execute(args);
    }

    /** For tests: with all verbs. */
    CommandLine commandLine() {
        return commandLine(verbs());
    }

    private static boolean needsAll(String... args) {
        return args.length > 0 && args[0].equals("completion");
    }

    private static Map<String, Function<Session, Callable<Integer>>> verbs() {
        var verbs = new LinkedHashMap<String, Function<Session, Callable<Integer>>>();
        verbs.put("demo", Demo::new);
        verbs.put("run", Run::new);
        verbs.putAll(Verbs.all());
        return verbs;
    }

    private CommandLine commandLine(Map<String, Function<Session, Callable<Integer>>> verbs) {
        var line = new CommandLine(root);
        verbs.forEach((name, verb) -> line.addSubcommand(name, verb.apply(session)));
        line.getSubcommands().forEach(Ristretto::prepare);
        line.registerConverter(Duration.class, converter(Durations::parse));
        line.registerConverter(Endpoint.class, converter(Endpoint::parse));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler(this::misused);
        line.setExecutionExceptionHandler(this::failed);
        return line;
    }

    private static void prepare(String name, CommandLine verb) {
        // What follows the image or the container is another program's.
        verb.setStopAtPositional(name.equals("run") || name.equals("exec"));
        var usage = verb.getCommandSpec().usageMessage();
        usage.footerHeading("%nExamples:%n");
        usage.footer(
                Arrays.stream(usage.footer())
                        .map(line -> line.startsWith("  ") ? line : "  " + line)
                        .toArray(String[]::new));
        usage.sortOptions(false);
        usage.abbreviateSynopsis(true);
    }

    private int misused(ParameterException mistake, String... args) {
        var verb = mistake.getCommandLine();
        var name = verb.getCommandSpec().qualifiedName();
        terminal.err().println(name + ": " + words(mistake));
        if (!UnmatchedArgumentException.printSuggestions(mistake, verb.getErr())) {
            terminal.err().println("See '" + name + " --help'.");
        }
        return CommandLine.ExitCode.USAGE;
    }

    private static String words(ParameterException mistake) {
        if (mistake instanceof UnmatchedArgumentException unmatched
                && mistake.getCommandLine().getParent() == null
                && !unmatched.isUnknownOption()) {
            return "there is no verb '%s'".formatted(unmatched.getUnmatched().getFirst());
        }
        return String.valueOf(mistake.getMessage());
    }

    private int failed(Exception failure, CommandLine verb, ParseResult parsed) {
        terminal.out().flush();
        session.report(verb.getCommandName(), failure);
        return failure instanceof CommandFailure known
                ? known.exitCode()
                : CommandLine.ExitCode.SOFTWARE;
    }

    private static <T> ITypeConverter<T> converter(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    @Command(
            name = "ristretto",
            description = {
                "Drive ristrettod, or any other CRI runtime.",
                "Pods and containers are named by id, the beginning of one, or their name."
            },
            synopsisSubcommandLabel = "VERB",
            commandListHeading = "%nVerbs:%n",
            optionListHeading = "%nOptions, before the verb:%n",
            sortOptions = false,
            footer = {
                "",
                "Exit codes: 0 done, 1 failed, 2 misused; exec and run pass on those of what they"
                        + " ran.",
                "'ristretto VERB --help' tells more, with examples."
            })
    private static final class Root implements Callable<Integer> {
        @Mixin private final GlobalOptions options = new GlobalOptions();

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                scope = ScopeType.INHERIT,
                description = "Show this help.")
        private boolean help;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            throw new ParameterException(spec.commandLine(), "a verb is missing");
        }
    }
}
