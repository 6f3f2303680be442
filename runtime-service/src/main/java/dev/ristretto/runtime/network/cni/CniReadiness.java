// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.runtime.network.NetworkReadiness;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the plugins can attach pods. The configuration is looked at when somebody asks; what
 * takes a plugin (STATUS) is asked every few seconds and remembered. Safe from any thread.
 */
final class CniReadiness implements AutoCloseable {
    /** The word that the kubelet's users know. */
    private static final String NOT_READY = "NetworkPluginNotReady";

    private final ConfigDirectory directory;
    private final Plugins plugins;
    private final CniOperations operations;
    private final Attachments attachments;
    private final Duration patience;
    private final Upkeep asking = new Upkeep("cni-status", this::askStatus);
    private volatile boolean started;
    private volatile @Nullable Told told;

    CniReadiness(
            ConfigDirectory directory,
            Plugins plugins,
            CniOperations operations,
            Attachments attachments,
            Duration patience) {
        this.directory = directory;
        this.plugins = plugins;
        this.operations = operations;
        this.attachments = attachments;
        this.patience = patience;
    }

    /** What the plugins of a network told; an empty problem is none. */
    private record Told(NetworkConfigList list, String problem) {}

    void start() {
        started = true;
        ask();
    }

    /** Has STATUS asked again. */
    void ask() {
        asking.ask();
    }

    /** Why there is no network. */
    static String missing(ConfigDirectory directory, ConfigDirectory.Found found) {
        return "no CNI configuration in %s%s"
                .formatted(
                        directory.path(),
                        found.problems().isEmpty()
                                ? "; install a network, or set network.provider to builtin"
                                : " is valid: " + String.join("; ", found.problems()));
    }

    NetworkReadiness now(List<String> upkeepFacts) {
        if (!started) {
            return NetworkReadiness.notReady(
                    "NetworkNotStarted", "the CNI network is starting", List.of());
        }
        var found = directory.look();
        var facts = new ArrayList<>(found.problems());
        facts.addAll(upkeepFacts);
        facts.addAll(releases());
        if (found.network().isEmpty()) {
            return NetworkReadiness.notReady(NOT_READY, missing(directory, found), facts);
        }
        var network = found.network().get();
        var list = network.list();
        facts.addFirst(
                "pods are on CNI network %s of %s, version %s"
                        .formatted(list.name(), network.file(), list.cniVersion()));
        var problem = problem(list);
        return problem.isEmpty()
                ? NetworkReadiness.ready(facts)
                : NetworkReadiness.notReady(
                        NOT_READY, "CNI network %s: %s".formatted(list.name(), problem), facts);
    }

    private String problem(NetworkConfigList list) {
        for (var plugin : list.plugins()) {
            if (plugins.find(plugin.type()).isEmpty()) {
                return String.valueOf(plugins.missing(plugin.type()).getMessage());
            }
        }
        if (!list.tellsStatus()) {
            return "";
        }
        var last = told;
        if (last == null || !last.list().equals(list)) {
            ask();
            return "its plugins are being asked for their STATUS";
        }
        return last.problem();
    }

    private void askStatus() {
        var network = directory.look().network();
        if (network.isEmpty() || !network.get().list().tellsStatus()) {
            told = null;
            return;
        }
        var list = network.get().list();
        var problem = "";
        try {
            operations.status(list, Deadline.in(patience));
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
        }
        told = new Told(list, problem);
    }

    private List<String> releases() {
        return attachments.all().stream()
                .filter(entry -> !entry.failure().isEmpty())
                .flatMap(
                        entry ->
                                entry.attachment().stream()
                                        .map(
                                                a ->
                                                        "the network of pod %s could not be given back yet: %s"
                                                                .formatted(
                                                                        a.pod().podName(),
                                                                        entry.failure())))
                .toList();
    }

    @Override
    public void close() {
        asking.close();
    }
}
