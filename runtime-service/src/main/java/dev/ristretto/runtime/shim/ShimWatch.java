// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of a pod's containers, in their order. One thread reads; any may close it, and the
 * reader then gets a {@link java.nio.channels.ClosedChannelException}.
 */
public final class ShimWatch implements AutoCloseable {
    private final Conversation conversation;
    private final List<ContainerReport> snapshot;

    private ShimWatch(Conversation conversation, List<ContainerReport> snapshot) {
        this.conversation = conversation;
        this.snapshot = List.copyOf(snapshot);
    }

    static ShimWatch open(Endpoint endpoint) throws IOException {
        var conversation = Conversation.open(endpoint);
        try {
            Exchange.send(conversation, WireWriter.frame(FrameType.WATCH), null);
            var snapshot = new ArrayList<ContainerReport>();
            var frame = conversation.receive();
            while (frame.type() == FrameType.CONTAINER_STATE) {
                snapshot.add(Exchange.parse(conversation, frame, ContainerReport::read));
                frame = conversation.receive();
            }
            if (frame.type() != FrameType.WATCHING) {
                throw Exchange.failure(conversation, frame, null);
            }
            conversation.unlimited();
            return new ShimWatch(conversation, snapshot);
        } catch (IOException | RuntimeException e) {
            try (conversation) {
                throw e;
            }
        }
    }

    /** The containers there were when it began; {@link #next} tells of what changed after. */
    public List<ContainerReport> snapshot() {
        return snapshot;
    }

    /**
     * Waits for the next change.
     *
     * @throws PodGoneException when the pod is over
     */
    public ContainerReport next() throws IOException {
        var frame = conversation.receive();
        if (frame.type() != FrameType.CONTAINER_STATE) {
            throw Exchange.failure(conversation, frame, null);
        }
        return Exchange.parse(conversation, frame, ContainerReport::read);
    }

    @Override
    public void close() throws IOException {
        conversation.close();
    }
}
