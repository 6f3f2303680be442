// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.image.store.Images;
import dev.ristretto.image.store.StoredImage;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.cdi.CdiDevices;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.host.SecurityModules;
import dev.ristretto.runtime.identity.LayerFiles;
import dev.ristretto.runtime.identity.UserLookup;
import dev.ristretto.runtime.plan.LogPath;
import dev.ristretto.runtime.plan.ProcessPlan;
import dev.ristretto.runtime.sandbox.Pods;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.store.IdSource;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code CreateContainer}: resolves everything that can be wrong and prepares everything that can
 * be prepared; nothing of the image runs. The same request again answers with the first container.
 */
public final class CreateContainer {
    private final Pods pods;
    private final ContainerStore containers;
    private final Sources sources;
    private final ContainerPlanner planner;
    private final ContainerResources resources;
    private final ImageMounts imageMounts;

    /** Where ids, time, images, devices and labels come from. */
    public record Sources(
            IdSource ids,
            InstantSource clock,
            Images images,
            Snapshots snapshots,
            CdiDevices cdi,
            LinuxSyscalls linux,
            SecurityModules modules) {}

    public CreateContainer(
            Pods pods,
            ContainerStore containers,
            Sources sources,
            ContainerPlanner planner,
            ContainerResources resources) {
        this.pods = pods;
        this.containers = containers;
        this.sources = sources;
        this.planner = planner;
        this.resources = resources;
        this.imageMounts = new ImageMounts(sources.snapshots());
    }

    /**
     * Creates a container.
     *
     * @throws RuntimeFault {@code NOT_FOUND} for the pod or the image, {@code WRONG_STATE} if the
     *     pod is stopped, {@code NAME_TAKEN}, {@code INVALID_ARGUMENT}, or what a step of it met
     */
    public ContainerId run(PodSandboxId podSandboxId, ContainerConfig config) throws IOException {
        return pods.locks().call(podSandboxId, () -> createOnce(podSandboxId, config));
    }

    private ContainerId createOnce(PodSandboxId podSandboxId, ContainerConfig config)
            throws IOException {
        var sandbox = pods.sandboxes().get(podSandboxId);
        if (!(sandbox.state() instanceof SandboxState.Ready)) {
            throw RuntimeFault.wrongState(
                    "create container %s in %s: the pod sandbox is not ready",
                    config.metadata().name(), sandbox.described());
        }
        var existing = sameName(podSandboxId, config);
        if (existing.isEmpty()) {
            return create(sandbox, config);
        }
        if (existing.get().config().equals(config)) {
            return existing.get().id();
        }
        throw RuntimeFault.nameTaken(
                "container %s attempt %d of %s is container %s; remove it or raise"
                        + " metadata.attempt",
                config.metadata().name(),
                config.metadata().attempt(),
                sandbox.described(),
                existing.get().id());
    }

    private Optional<Container> sameName(PodSandboxId podSandboxId, ContainerConfig config) {
        return containers.of(podSandboxId).stream()
                .filter(container -> container.config().metadata().equals(config.metadata()))
                .findFirst();
    }

    private ContainerId create(Sandbox sandbox, ContainerConfig config) throws IOException {
        var image = Steps.step("find image " + config.image(), () -> imageOf(config));
        var id = new ContainerId(sources.ids().next());
        try (var undo = new Undo()) {
            undo.push(() -> sources.snapshots().remove(id.value()));
            undo.push(() -> imageMounts.remove(id, config));
            var container = newContainer(id, sandbox, config, image);
            var plan = Steps.step("plan its start", () -> planner.start(container, sandbox));
            undo.push(() -> containers.remove(id));
            Steps.act("write its record", () -> containers.insert(container));
            undo.push(() -> resources.takeBack(container));
            resources.make(container, plan.devices());
            undo.commit();
            return id;
        } catch (PodException e) {
            throw ShimFailureText.toFault("create container " + config.metadata().name(), e);
        }
    }

    private Container newContainer(
            ContainerId id, Sandbox sandbox, ContainerConfig config, StoredImage image)
            throws IOException {
        var injected = sources.cdi().edits(config.cdiDevices());
        return new Container(
                id,
                sandbox.id(),
                config,
                remembered(image, config),
                ProcessPlan.injected(processOf(id, sandbox, config, image), injected),
                imageMounts.prepare(
                        id,
                        config,
                        sandbox.config().namespaces().ids(),
                        sources.images(),
                        sources.linux()),
                injected,
                Steps.step(
                        "decide on its security labels",
                        () -> sources.modules().labels(config.security())),
                sandbox.cgroup() + "/" + id,
                LogPath.of(sandbox.config().logDirectory(), config.logPath()),
                config.limits(),
                sources.clock().instant(),
                new ContainerState.Created());
    }

    private ProcessSpec processOf(
            ContainerId id, Sandbox sandbox, ContainerConfig config, StoredImage image)
            throws IOException {
        var owners = sandbox.config().namespaces().ids();
        var rootfs =
                Steps.step(
                        "make its layer over " + image.id().value(),
                        () -> sources.snapshots().prepare(id.value(), image.id(), owners));
        var files = new LayerFiles(sources.linux(), rootfs.lowerDirs());
        var user =
                Steps.step(
                        "find its user in the image",
                        () ->
                                new UserLookup(files, config.image())
                                        .resolve(config.security().user(), image.config().user()));
        return ProcessPlan.of(
                config, image.config(), user.identity(), user.home(), sandbox.config().hostname());
    }

    private StoredImage imageOf(ContainerConfig config) {
        return sources.images()
                .find(config.image())
                .orElseThrow(
                        () ->
                                RuntimeFault.notFound(
                                        "image %s of container %s is not on this node; pull it"
                                                + " first",
                                        config.image(), config.metadata().name()));
    }

    private static ContainerImage remembered(StoredImage image, ContainerConfig config) {
        return new ContainerImage(
                image.id(),
                image.repoTags().isEmpty() ? config.image() : image.repoTags().getFirst(),
                image.repoDigests().isEmpty() ? image.id().value() : image.repoDigests().getFirst(),
                image.config().volumes());
    }
}
