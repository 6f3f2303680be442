// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.random;

import dev.ristretto.conformance.stand.Requests;

import runtime.v1.ContainerConfig;
import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A pod with one container in the making, and what must be seen from inside. The container prints
 * the answers to its log before it sleeps.
 */
final class Draft {
    private static final String MARK = "@@";

    final String name;
    final Random random;

    /** The image's reference, which has a shell. */
    final String image;

    /** A directory of the host for this pod alone. */
    final Path scratch;

    final PodSandboxConfig.Builder pod;
    final ContainerConfig.Builder container;
    final NamespaceOption.Builder namespaces = NamespaceOption.newBuilder();
    final LinuxContainerSecurityContext.Builder security =
            LinuxContainerSecurityContext.newBuilder();
    final LinuxContainerResources.Builder resources = LinuxContainerResources.newBuilder();
    private final Map<String, String> sysctls = new HashMap<>();
    private final List<Expectation> expectations = new ArrayList<>();

    /** What a shell command prints, without regard to white space. */
    private record Expectation(String what, String command, String answer) {}

    Draft(long seed, int number, String image, Path logs, Path scratch) {
        this.name = "random-" + number;
        this.random = new Random(seed * 1_000_003 + number);
        this.image = image;
        this.scratch = scratch;
        this.pod = Requests.pod(name, logs);
        this.container = Requests.container("main", image);
    }

    /** Something that is asked for. */
    void expect(String what, String command, String answer) {
        expectations.add(new Expectation(what, command, answer));
    }

    void sysctl(String name, String value) {
        sysctls.put(name, value);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** The pod, complete. */
    PodSandboxConfig.Builder podConfig() {
        var linux = pod.getLinuxBuilder().putAllSysctls(sysctls);
        linux.getSecurityContextBuilder().setNamespaceOptions(namespaces);
        return pod;
    }

    /** The container, complete. */
    ContainerConfig.Builder containerConfig() {
        security.setNamespaceOptions(namespaces);
        container.getLinuxBuilder().setResources(resources).setSecurityContext(security);
        return container.clone().clearCommand().addAllCommand(List.of("sh", "-c", script()));
    }

    private String script() {
        var script = new StringBuilder();
        for (int i = 0; i < expectations.size(); i++) {
            script.append("echo '").append(MARK).append(i).append("'\n");
            script.append("{ ").append(expectations.get(i).command()).append("; } 2>&1\n");
        }
        return script.append("echo '").append(MARK).append("end'\nexec sleep 3600\n").toString();
    }

    static boolean isWhole(List<String> printed) {
        return printed.contains(MARK + "end");
    }

    /** What is not as asked for; empty if all is. */
    List<String> differences(List<String> printed) {
        var answers = new HashMap<String, StringBuilder>();
        var current = new StringBuilder();
        for (var line : printed) {
            if (line.startsWith(MARK)) {
                current = new StringBuilder();
                answers.put(line.substring(MARK.length()), current);
            } else {
                current.append(line).append('\n');
            }
        }
        var differences = new ArrayList<String>();
        for (int i = 0; i < expectations.size(); i++) {
            var expectation = expectations.get(i);
            var answer = plain(answers.getOrDefault(Integer.toString(i), new StringBuilder()));
            if (!answer.equals(plain(expectation.answer()))) {
                differences.add(
                        "%s: '%s' printed '%s', not '%s'"
                                .formatted(
                                        expectation.what(),
                                        expectation.command(),
                                        answer,
                                        plain(expectation.answer())));
            }
        }
        return differences;
    }

    private static String plain(CharSequence text) {
        return text.toString().strip().replaceAll("\\s+", " ");
    }
}
