// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.cdi;

import com.fasterxml.jackson.databind.JsonNode;

import dev.ristretto.runtime.spec.CdiHook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code containerEdits.hooks}. A kind that is not run here is refused by its name. */
final class CdiHooksJson {
    /** For a hook that names none: nothing may hold up a container for ever. */
    private static final long TIMEOUT_SECONDS = 60;

    private static final long LONGEST_SECONDS = 3600;
    private static final Set<String> OCI_ONLY = Set.of("prestart", "createRuntime");

    private CdiHooksJson() {}

    static List<CdiHook> parse(String where, JsonNode list) throws InvalidSpecException {
        var hooks = new ArrayList<CdiHook>();
        for (var hook : list) {
            var at = "%s.hooks[%d]".formatted(where, hooks.size());
            CdiSpecJson.requireKnown(
                    hook, at + ".", Set.of("hookName", "path", "args", "env", "timeout"));
            hooks.add(hook(at, hook));
        }
        return hooks;
    }

    private static CdiHook hook(String at, JsonNode hook) throws InvalidSpecException {
        var kind = kind(at, hook.path("hookName").asText());
        var path = text(at + ".path", hook.path("path"));
        if (!path.startsWith("/")) {
            throw new InvalidSpecException("%s.path '%s' is not absolute".formatted(at, path));
        }
        var args = texts(at + ".args", hook.path("args"));
        var env = texts(at + ".env", hook.path("env"));
        for (var variable : env) {
            if (variable.indexOf('=') <= 0) {
                throw new InvalidSpecException(
                        "%s.env: '%s' is not NAME=value".formatted(at, variable));
            }
        }
        return new CdiHook(
                kind, path, args.isEmpty() ? List.of(path) : args, env, timeout(at, hook));
    }

    private static CdiHook.Kind kind(String at, String name) throws InvalidSpecException {
        var kind = CdiHook.Kind.find(name);
        if (kind.isPresent()) {
            return kind.get();
        }
        var known =
                Arrays.stream(CdiHook.Kind.values())
                        .map(CdiHook.Kind::label)
                        .collect(Collectors.joining(", "));
        throw new InvalidSpecException(
                OCI_ONLY.contains(name)
                        ? "%s.hookName: '%s' hooks are not run by this runtime; %s hooks are"
                                .formatted(at, name, known)
                        : "%s.hookName '%s' is not one of %s".formatted(at, name, known));
    }

    private static long timeout(String at, JsonNode hook) throws InvalidSpecException {
        var timeout = hook.path("timeout");
        if (timeout.isMissingNode() || timeout.isNull()) {
            return TIMEOUT_SECONDS;
        }
        if (!timeout.isIntegralNumber()
                || timeout.longValue() < 1
                || timeout.longValue() > LONGEST_SECONDS) {
            throw new InvalidSpecException(
                    "%s.timeout %s is not within 1 to %d seconds"
                            .formatted(at, timeout, LONGEST_SECONDS));
        }
        return timeout.longValue();
    }

    private static List<String> texts(String at, JsonNode list) throws InvalidSpecException {
        var texts = new ArrayList<String>();
        for (var text : list) {
            texts.add(text(at, text));
        }
        return texts;
    }

    private static String text(String at, JsonNode node) throws InvalidSpecException {
        if (!node.isValueNode() || node.isNull() || node.asText().indexOf(0) >= 0) {
            throw new InvalidSpecException("%s: %s is no text".formatted(at, node));
        }
        return node.asText();
    }
}
