// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.recovery;

import dev.ristretto.file.DurableFile;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerRecovery;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxRecovery;
import dev.ristretto.runtime.store.JsonRecords;
import dev.ristretto.runtime.store.StateLayout;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings memory, disk and kernel together after the last daemon went, however it went. Called once,
 * by one thread, after no zygote of a dead daemon is left: what does not answer now never will.
 */
public final class Recovery {
    private static final Logger LOG = Logger.getLogger(Recovery.class);

    private final StateLayout layout;
    private final SandboxRecovery sandboxes;
    private final ContainerRecovery containers;
    private final PodNetworks networks;

    public Recovery(
            StateLayout layout,
            SandboxRecovery sandboxes,
            ContainerRecovery containers,
            PodNetworks networks) {
        this.layout = layout;
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.networks = networks;
    }

    /** Makes the directories of a first start. */
    public static void makeDirectories(StateLayout layout) throws IOException {
        Files.createDirectories(layout.podRecords());
        Files.createDirectories(layout.containerRecords());
        Files.createDirectories(layout.runDirs());
    }

    /**
     * Recovers everything.
     *
     * @throws IOException if a record cannot be read: nothing is thrown away that is not understood
     */
    public void run() throws IOException {
        containers.load(read(layout.containerRecords(), Container.class));
        sandboxes.load(read(layout.podRecords(), Sandbox.class));
        sandboxes.endHalfMade();
        networks.retain(sandboxes.withNetwork());
        containers.removeStrays();
        sandboxes.removeStrays();
        sandboxes.resume();
        containers.prepareAgain();
        LOG.infof("recovered %s", sandboxes.summary());
    }

    private static <V> List<V> read(Path directory, Class<V> type) throws IOException {
        var records = new JsonRecords<>(type, _ -> directory);
        var values = new ArrayList<V>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (DurableFile.isTemporary(file)) {
                    Files.delete(file);
                } else {
                    records.read(file).ifPresent(values::add);
                }
            }
        }
        return values;
    }
}
