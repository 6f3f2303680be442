// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;

import runtime.v1.ListContainersRequest;
import runtime.v1.ListPodSandboxRequest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds what a user means by an id: all of it, the unique beginning of one, or the name that one
 * object alone has. Done here, not left to the runtime, because the CRI does not say that a runtime
 * understands beginnings.
 */
public final class Ids {
    private static final String FULL_ID = "[0-9a-f]{64}";

    private Ids() {}

    /**
     * @throws CommandFailure when there is none, or more than one
     */
    public static String pod(Connection connection, String text) {
        if (text.matches(FULL_ID)) {
            return text;
        }
        var pods = connection.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
        var names = new LinkedHashMap<String, String>();
        pods.getItemsList().forEach(pod -> names.put(pod.getId(), pod.getMetadata().getName()));
        return pick("pod", text, names);
    }

    /**
     * @throws CommandFailure when there is none, or more than one
     */
    public static String container(Connection connection, String text) {
        if (text.matches(FULL_ID)) {
            return text;
        }
        var all = connection.runtime().listContainers(ListContainersRequest.getDefaultInstance());
        var names = new LinkedHashMap<String, String>();
        all.getContainersList().forEach(c -> names.put(c.getId(), c.getMetadata().getName()));
        return pick("container", text, names);
    }

    static String pick(String kind, String text, Map<String, String> nameById) {
        if (text.isEmpty()) {
            throw CommandFailure.of("the %s's id is empty", kind);
        }
        if (nameById.containsKey(text)) {
            return text;
        }
        var byId = nameById.keySet().stream().filter(id -> id.startsWith(text)).toList();
        if (!byId.isEmpty()) {
            return only(kind, text, byId);
        }
        var byName =
                nameById.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(text))
                        .map(Map.Entry::getKey)
                        .toList();
        if (byName.isEmpty()) {
            throw CommandFailure.of(
                    "no %s has an id that begins with '%s', or that name; see 'ristretto %s'",
                    kind, text, kind.equals("pod") ? "pods" : "ps -a");
        }
        return only(kind, text, byName);
    }

    private static String only(String kind, String text, List<String> ids) {
        if (ids.size() > 1) {
            var some = ids.stream().limit(3).map(Human::shortId).collect(Collectors.joining(", "));
            throw CommandFailure.of(
                    "'%s' may be any of %d %ss (%s%s); give more of the id",
                    text, ids.size(), kind, some, ids.size() > 3 ? ", …" : "");
        }
        return ids.getFirst();
    }
}
