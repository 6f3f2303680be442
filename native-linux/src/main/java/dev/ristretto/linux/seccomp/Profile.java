// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import dev.ristretto.linux.syscall.SeccompLibrary.Comparison;

import java.util.List;
import java.util.Set;

/**
 * A profile as it counts for one container on this host: conditions are decided.
 *
 * @param defaultAction of what no rule says anything about
 * @param architectures beside the host's own
 * @param flags {@code SECCOMP_FILTER_FLAG_*}
 * @param known every name in it, also those whose conditions do not hold here
 */
record Profile(
        int defaultAction,
        List<SeccompArchitecture> architectures,
        long flags,
        List<Rule> rules,
        Set<String> known) {

    Profile {
        architectures = List.copyOf(architectures);
        rules = List.copyOf(rules);
        known = Set.copyOf(known);
    }

    /**
     * What happens to some system calls.
     *
     * @param comparisons that must hold, all of them if each is of another argument, else any
     */
    record Rule(List<String> names, int action, List<Comparison> comparisons) {
        Rule {
            names = List.copyOf(names);
            comparisons = List.copyOf(comparisons);
        }

        /** As runc and crun read profiles: two conditions on one argument are alternatives. */
        boolean alternatives() {
            return comparisons.stream().map(Comparison::argument).distinct().count()
                    < comparisons.size();
        }
    }
}
