// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.seccomp.Profile.Rule;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SeccompLibrary;
import dev.ristretto.linux.syscall.SeccompLibrary.Rules;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.lang.System.Logger;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Turns profiles into filters, with libseccomp. */
final class FilterCompiler {
    private static final Logger LOG = System.getLogger(FilterCompiler.class.getName());

    private static final int SCMP_FLTATR_CTL_OPTIMIZE = 8;
    private static final int BINARY_TREE = 2;

    /** BPF_MAXINSNS: what the kernel takes. */
    private static final int LONGEST_BYTES = 4096 * 8;

    private final SeccompLibrary library;
    private final LinuxSyscalls linux;

    /** Names that were logged, each once. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    FilterCompiler(SeccompLibrary library, LinuxSyscalls linux) {
        this.library = library;
        this.linux = linux;
    }

    /**
     * Compiles. Names that this version of libseccomp does not know are left out: their calls get
     * the profile's default action.
     *
     * @param name what the profile is called, for messages
     */
    SeccompFilter compile(String name, Profile profile) throws IOException {
        try (var rules = library.rules(profile.defaultAction())) {
            for (var architecture : profile.architectures()) {
                rules.addArchitecture(architecture.token());
            }
            // Half a dozen comparisons for each call instead of some hundred.
            rules.setAttribute(SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE);
            var unknown = new TreeSet<String>();
            for (var rule : profile.rules()) {
                add(rules, profile, rule, unknown);
            }
            unknown.removeIf(call -> !reported.add(call));
            if (!unknown.isEmpty()) {
                LOG.log(
                        Logger.Level.WARNING,
                        "seccomp profile {0}: libseccomp does not know {1}; the default action"
                                + " applies to them",
                        name,
                        unknown);
            }
            var program = join(new NewerCalls(library).prefixFor(profile), rules.export(linux));
            if (program.length > LONGEST_BYTES) {
                throw RuntimeFault.invalidArgument(
                        "compile seccomp profile %s: it makes %d instructions; the kernel takes %d",
                        name, program.length / 8, LONGEST_BYTES / 8);
            }
            return new SeccompFilter(profile.flags(), program);
        } catch (SyscallException e) {
            throw RuntimeFault.invalidArgument(
                    "compile seccomp profile %s: %s", name, e.getMessage());
        }
    }

    private void add(Rules rules, Profile profile, Rule rule, TreeSet<String> unknown)
            throws SyscallException {
        // libseccomp refuses rules that change nothing.
        if (rule.action() == profile.defaultAction()) {
            return;
        }
        for (var name : rule.names()) {
            var number = library.resolve(name);
            if (number.isEmpty()) {
                unknown.add(name);
            } else if (rule.alternatives()) {
                for (var comparison : rule.comparisons()) {
                    rules.add(rule.action(), number.getAsInt(), List.of(comparison));
                }
            } else {
                rules.add(rule.action(), number.getAsInt(), rule.comparisons());
            }
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        var joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
