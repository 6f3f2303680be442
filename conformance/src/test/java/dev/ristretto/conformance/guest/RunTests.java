// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.guest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.ClasspathRootSelector;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs tests that were compiled before, and prints a line for each: {@code ok}, {@code FAILED} or
 * {@code SKIPPED}, its name and the reason. Arguments: the directory of compiled tests, a regular
 * expression of full class names, and for each tag of tests that cannot run here {@code
 * tag=reason}. Exits with 1 if a test failed or none was found.
 */
final class RunTests implements TestExecutionListener {
    private static final int REASON_LENGTH = 300;

    private final PrintStream out;
    private int tests;
    private int failed;

    private RunTests(PrintStream out) {
        this.out = out;
    }

    public static void main(String... arguments) {
        var roots = selectClasspathRoots(Set.of(Path.of(arguments[0])));
        var classes = ClassNameFilter.includeClassNamePatterns(arguments[1]);
        var left = new LinkedHashMap<String, String>();
        for (var argument : List.of(arguments).subList(2, arguments.length)) {
            int equals = argument.indexOf('=');
            left.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        var listener = new RunTests(System.out);
        var launcher = LauncherFactory.create();
        left.forEach(
                (tag, reason) ->
                        listener.leaveOut(
                                launcher.discover(
                                        request(roots, classes, TagFilter.includeTags(tag))),
                                reason));
        PostDiscoveryFilter rest =
                left.isEmpty()
                        ? _ -> FilterResult.included("nothing is left out")
                        : TagFilter.excludeTags(List.copyOf(left.keySet()));
        launcher.execute(request(roots, classes, rest), listener);
        // Not a return: a thread that a failed test left must not keep the guest.
        Runtime.getRuntime().halt(listener.failed > 0 || listener.tests == 0 ? 1 : 0);
    }

    private static LauncherDiscoveryRequest request(
            List<ClasspathRootSelector> roots, ClassNameFilter classes, PostDiscoveryFilter tags) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(roots)
                .filters(classes, TagFilter.includeTags("root"), tags)
                .configurationParameter(
                        "junit.jupiter.execution.timeout.default",
                        System.getProperty("guest.test.timeout", "120 s"))
                .build();
    }

    /** Classes, since the cases of a parameterized test are known only when it runs. */
    private void leaveOut(TestPlan plan, String reason) {
        for (var engine : plan.getRoots()) {
            for (var identifier : plan.getChildren(engine)) {
                executionSkipped(identifier, reason);
            }
        }
    }

    @Override
    public void executionSkipped(TestIdentifier identifier, String reason) {
        tests++;
        line("SKIPPED", identifier, Optional.of(reason));
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        var reason = result.getThrowable().map(RunTests::oneLine);
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (identifier.isTest()) {
                    tests++;
                    line("ok", identifier, Optional.empty());
                }
            }
            case ABORTED -> {
                tests++;
                line("SKIPPED", identifier, reason);
            }
            case FAILED -> {
                tests++;
                failed++;
                line("FAILED", identifier, reason);
                result.getThrowable().ifPresent(failure -> failure.printStackTrace(out));
            }
        }
    }

    private void line(String outcome, TestIdentifier identifier, Optional<String> reason) {
        out.printf("%s  %s%s%n", outcome, name(identifier), reason.map(": "::concat).orElse(""));
    }

    /** {@code Class.method}, as far as there is one. */
    private static String name(TestIdentifier identifier) {
        return switch (identifier.getSource().orElse(null)) {
            case MethodSource method ->
                    "%s.%s"
                            .formatted(
                                    method.getJavaClass().getSimpleName(),
                                    identifier.getLegacyReportingName());
            case ClassSource type -> type.getJavaClass().getSimpleName();
            case null, default -> identifier.getLegacyReportingName();
        };
    }

    private static String oneLine(Throwable failure) {
        var text = failure.toString().replaceAll("\\s+", " ").strip();
        return text.length() <= REASON_LENGTH ? text : text.substring(0, REASON_LENGTH) + "…";
    }
}
