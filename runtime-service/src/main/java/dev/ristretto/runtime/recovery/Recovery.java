// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.recovery;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerRecovery;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxRecovery;
import dev.ristretto.runtime.store.StateLayout;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Files;

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
     * Recovers everything. What cannot be done for one pod or container is logged and keeps no
     * other from being recovered.
     *
     * @throws IOException if a record is another version's, or is damaged while what it describes
     *     lives: nothing that runs is ended because it is not understood
     */
    public void run() throws IOException {
        var ofPods = RecordFiles.read(layout.podRecords(), Sandbox.class);
        var ofContainers = RecordFiles.read(layout.containerRecords(), Container.class);
        containers.load(ofContainers.values());
        sandboxes.load(ofPods.values());
        ofPods.setDamagedAside(sandboxes::lives);
        ofContainers.setDamagedAside(sandboxes::lives);
        sandboxes.endHalfMade();
        networks.retain(sandboxes.withNetwork());
        // Podshims before containers: of what runs nothing can be taken back.
        sandboxes.removeStrays();
        containers.removeStrays();
        sandboxes.resume();
        containers.prepareAgain();
        LOG.infof("recovered %s", sandboxes.summary());
    }
}
