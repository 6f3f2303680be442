// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.network.PodNetwork;

import java.util.OptionalInt;

/** Where a sandbox is in its life; see the package's drawing. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SandboxState.Creating.class, name = "creating"),
    @JsonSubTypes.Type(value = SandboxState.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = SandboxState.NotReady.class, name = "notReady")
})
public sealed interface SandboxState {
    /** Being made; in no List. */
    record Creating() implements SandboxState {}

    /**
     * Containers can be made.
     *
     * @param shimPid the podshim, which holds the namespaces
     */
    record Ready(int shimPid, PodNetwork network) implements SandboxState {}

    /** Stopped: no process, no network. */
    record NotReady() implements SandboxState {}

    /** Its podshim and its network are there. */
    default Ready ready(int shimPid, PodNetwork network) {
        return switch (this) {
            case Creating() -> new Ready(shimPid, network);
            case Ready(var pid, _) ->
                    throw RuntimeFault.wrongState("cannot become ready: is so as pid %d", pid);
            case NotReady() -> throw RuntimeFault.wrongState("cannot become ready: was stopped");
        };
    }

    /** It was stopped, by a request or because its podshim went. */
    default NotReady stopped() {
        return new NotReady();
    }

    /** The podshim, if there is one for sure. */
    default OptionalInt knownShimPid() {
        return this instanceof Ready(var pid, _) ? OptionalInt.of(pid) : OptionalInt.empty();
    }
}
