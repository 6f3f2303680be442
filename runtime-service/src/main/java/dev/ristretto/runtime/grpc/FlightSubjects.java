// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.explain.Subjects;
import dev.ristretto.runtime.flight.Flight;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Subject;

import org.jspecify.annotations.Nullable;

import runtime.v1.AttachRequest;
import runtime.v1.CreateContainerRequest;
import runtime.v1.CreateContainerResponse;
import runtime.v1.ExecRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PortForwardRequest;
import runtime.v1.PullImageRequest;
import runtime.v1.RemoveContainerRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.ReopenContainerLogRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.RunPodSandboxResponse;
import runtime.v1.StartContainerRequest;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopPodSandboxRequest;
import runtime.v1.UpdateContainerResourcesRequest;
import runtime.v1.UpdatePodSandboxResourcesRequest;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a call is for, by its request and its answer. Calls that only read are for nothing. */
final class FlightSubjects {
    private final FlightRecorder recorder;

    FlightSubjects(FlightRecorder recorder) {
        this.recorder = recorder;
    }

    /** What becomes of the record of a call. */
    enum Keeping {
        /** Kept by itself. */
        EACH,
        /** Only counted: it comes every few seconds. */
        COUNTED,
        /** Kept, and the subject is over if it succeeds. */
        REMOVAL
    }

    /**
     * What a call is for.
     *
     * @param pod of a pull, for which it is
     */
    record About(Subject subject, Optional<Subject> pod, Keeping keeping) {
        boolean repeated() {
            return keeping == Keeping.COUNTED;
        }

        boolean removes() {
            return keeping == Keeping.REMOVAL;
        }
    }

    /** Empty for what only reads, and for ids that nobody knows. */
    Optional<About> of(Object request) {
        return switch (request) {
            case RunPodSandboxRequest r -> pod(r.getConfig().getMetadata());
            case StopPodSandboxRequest r -> known(r.getPodSandboxId(), Keeping.EACH);
            case RemovePodSandboxRequest r -> known(r.getPodSandboxId(), Keeping.REMOVAL);
            case UpdatePodSandboxResourcesRequest r -> known(r.getPodSandboxId(), Keeping.EACH);
            case CreateContainerRequest r -> created(r);
            case StartContainerRequest r -> known(r.getContainerId(), Keeping.EACH);
            case StopContainerRequest r -> known(r.getContainerId(), Keeping.EACH);
            case RemoveContainerRequest r -> known(r.getContainerId(), Keeping.REMOVAL);
            case UpdateContainerResourcesRequest r -> known(r.getContainerId(), Keeping.EACH);
            case ReopenContainerLogRequest r -> known(r.getContainerId(), Keeping.COUNTED);
            case ExecSyncRequest r -> known(r.getContainerId(), Keeping.COUNTED);
            case ExecRequest r -> known(r.getContainerId(), Keeping.COUNTED);
            case AttachRequest r -> known(r.getContainerId(), Keeping.COUNTED);
            case PortForwardRequest r -> known(r.getPodSandboxId(), Keeping.COUNTED);
            case PullImageRequest r -> pulled(r);
            default -> Optional.empty();
        };
    }

    /** The pod that it is for, where that is not what it is about. */
    Optional<Subject> podOf(About about) {
        return about.pod()
                .or(() -> recorder.find(about.subject().podSandboxId()).map(Flight::subject));
    }

    /** What the call turned out to be for, when it has ended. */
    List<Subject> after(About about, @Nullable Object answer) {
        var id =
                switch (answer) {
                    case RunPodSandboxResponse r -> r.getPodSandboxId();
                    case CreateContainerResponse r -> r.getContainerId();
                    case null, default -> "";
                };
        var subject = id.isEmpty() ? about.subject() : about.subject().withId(id);
        return about.pod().map(pod -> List.of(subject, pod)).orElse(List.of(subject));
    }

    private static Optional<About> pod(PodSandboxMetadata metadata) {
        return metadata.getName().isEmpty()
                ? Optional.empty() // refused, and nobody could ask for it
                : each(Subject.pod("", podName(metadata)), Optional.empty());
    }

    private static Optional<About> each(Subject subject, Optional<Subject> pod) {
        return Optional.of(new About(subject, pod, Keeping.EACH));
    }

    private Optional<About> created(CreateContainerRequest request) {
        var pod = flight(request.getPodSandboxId());
        var name = request.getConfig().getMetadata().getName();
        return pod.isEmpty() || name.isEmpty()
                ? Optional.empty()
                : each(Subject.container("", name, pod.get().subject().id()), Optional.empty());
    }

    private Optional<About> pulled(PullImageRequest request) {
        return each(
                Subjects.ofImage(request.getImage().getImage()),
                newestPod(request.getSandboxConfig().getMetadata()));
    }

    /** The kubelet says for which pod it pulls, but not its id. */
    private Optional<Subject> newestPod(PodSandboxMetadata metadata) {
        if (metadata.getName().isEmpty()) {
            return Optional.empty();
        }
        var name = podName(metadata);
        return recorder.flights().stream()
                .filter(flight -> flight.subject().kind() == Subject.Kind.POD)
                .filter(flight -> flight.subject().name().equals(name))
                .filter(flight -> !flight.over())
                .max(Comparator.comparing(Flight::lastAt))
                .map(Flight::subject);
    }

    private Optional<About> known(String idOrPrefix, Keeping keeping) {
        return flight(idOrPrefix)
                .map(flight -> new About(flight.subject(), Optional.empty(), keeping));
    }

    private Optional<Flight> flight(String idOrPrefix) {
        var exact = recorder.find(idOrPrefix);
        if (exact.isPresent() || idOrPrefix.isEmpty()) {
            return exact;
        }
        var begun =
                recorder.flights().stream()
                        .filter(f -> f.subject().id().startsWith(idOrPrefix))
                        .filter(f -> !f.over())
                        .toList();
        return begun.size() == 1 ? Optional.of(begun.getFirst()) : Optional.empty();
    }

    private static String podName(PodSandboxMetadata metadata) {
        return metadata.getNamespace() + "/" + metadata.getName();
    }
}
