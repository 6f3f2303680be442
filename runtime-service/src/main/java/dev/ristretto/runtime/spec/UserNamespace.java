// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.namespace.IdMap.Range;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * {@code UserNamespace}: whose ids the containers of a pod have. Several mappings may be given, as
 * user_namespaces(7) allows them, but users and groups are mapped alike.
 *
 * @param mode {@code POD} or {@code NODE}
 * @param ids with {@code POD} who is who, root included; with {@code NODE} the host's
 */
public record UserNamespace(NamespaceMode mode, IdMap ids) {
    private static final String FIELD = "namespace_options.userns_options";
    private static final long IDS = 1L << 32;

    /** The kernel takes its file's content in one write of less than a page. */
    private static final int MOST_TEXT = 4095;

    public UserNamespace {
        switch (mode) {
            case NODE -> {
                if (!ids.isHost()) {
                    throw RuntimeFault.invalidArgument(
                            "%s.mode is NODE, but there are mappings; leave them out", FIELD);
                }
            }
            case POD -> requireWhole(ids);
            case CONTAINER, TARGET ->
                    throw RuntimeFault.invalidArgument(
                            "%s.mode is %s; it must be POD or NODE", FIELD, mode);
        }
    }

    private static void requireWhole(IdMap ids) {
        for (var range : ids.ranges()) {
            if (range.length() == 0
                    || range.containerId() + range.length() >= IDS
                    || range.hostId() + range.length() >= IDS) {
                throw RuntimeFault.invalidArgument(
                        "%s.uids: %s is empty or goes beyond the last id", FIELD, text(range));
            }
        }
        requireApart(ids, "container_id", Range::containerId);
        requireApart(ids, "host_id", Range::hostId);
        if (ids.isHost() || ids.find(0).isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "%s.uids: no mapping has container_id 0, which root needs", FIELD);
        }
        int text = ids.ranges().stream().mapToInt(range -> text(range).length() + 1).sum();
        if (text > MOST_TEXT) {
            throw RuntimeFault.invalidArgument(
                    "%s.uids: %d mappings are more than the kernel takes; use fewer",
                    FIELD, ids.ranges().size());
        }
    }

    private static void requireApart(IdMap ids, String what, ToLongFunction<Range> first) {
        List<Range> sorted = ids.ranges().stream().sorted(Comparator.comparingLong(first)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            var below = sorted.get(i - 1);
            if (first.applyAsLong(below) + below.length() > first.applyAsLong(sorted.get(i))) {
                throw RuntimeFault.invalidArgument(
                        "%s.uids: %s and %s have a %s in common",
                        FIELD, text(below), text(sorted.get(i)), what);
            }
        }
    }

    /** As the kernel reads it. */
    private static String text(Range range) {
        return "%d %d %d".formatted(range.containerId(), range.hostId(), range.length());
    }
}
