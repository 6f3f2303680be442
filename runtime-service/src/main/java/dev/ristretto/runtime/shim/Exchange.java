// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.shim.WireReader.Malformed;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** One request and its answer, or the failure that the podshim answered instead. */
final class Exchange {
    private Exchange() {}

    /** Reads a payload; it is checked to have been read to its end. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(WireReader payload) throws Malformed;
    }

    /** Asks what has no program, for an answer, and hangs up. */
    static <T> T ask(Endpoint endpoint, WireWriter request, FrameType expected, Parser<T> parser)
            throws IOException {
        try (var conversation = Conversation.open(endpoint)) {
            send(conversation, request, null);
            return answer(conversation, expected, parser, null);
        }
    }

    /** Asks for {@code OK} and hangs up. */
    static void ask(Endpoint endpoint, WireWriter request) throws IOException {
        var _ = ask(endpoint, request, FrameType.OK, _ -> true);
    }

    /**
     * Sends a request with its program at the end and gives the podshim the transport's patience to
     * answer.
     */
    static void send(Conversation conversation, WireWriter request, @Nullable Program program)
            throws IOException {
        var hooks = program == null ? Duration.ZERO : program.hooks();
        conversation.limit(conversation.patience().plus(hooks), conversation::silent);
        int more = program == null ? 0 : program.encodedBytes();
        var head = request.endFrame(more);
        try {
            conversation.send(
                    program == null
                            ? new ByteBuffer[] {head}
                            : new ByteBuffer[] {head, program.encoded()});
        } catch (PodGoneException e) {
            throw whyItHungUp(conversation, program, e);
        }
    }

    /** Waits for an answer of this type and takes the time limit away. */
    static <T> T answer(
            Conversation conversation,
            FrameType expected,
            Parser<T> parser,
            @Nullable Program program)
            throws IOException {
        var frame = conversation.receive();
        if (frame.type() != expected) {
            throw failure(conversation, frame, program);
        }
        var answer = parse(conversation, frame, parser);
        conversation.unlimited();
        return answer;
    }

    /**
     * Waits for the answer to a start: the times of its operations, if it was asked for them, and
     * what came of it.
     */
    static Started started(Conversation conversation, Program program) throws IOException {
        var times = List.<Long>of();
        var frame = conversation.receive();
        if (frame.type() == FrameType.TIMES) {
            times = parse(conversation, frame, WireReader::vec);
            frame = conversation.receive();
        }
        if (frame.type() != FrameType.STARTED) {
            var failure = failure(conversation, frame, program);
            throw failure instanceof ShimException step ? step.after(times) : failure;
        }
        var known = times;
        var started =
                parse(conversation, frame, in -> new Started(in.smallU32(), in.time(), known));
        conversation.unlimited();
        return started;
    }

    static <T> T parse(Conversation conversation, Conversation.Frame frame, Parser<T> parser)
            throws PodProtocolException {
        try {
            var value = parser.parse(frame.payload());
            frame.payload().end();
            return value;
        } catch (Malformed e) {
            throw conversation.protocol("its %s is malformed: %s", frame.type(), e.getMessage());
        }
    }

    /** What an answer that is not the expected one says. */
    static PodException failure(
            Conversation conversation, Conversation.Frame frame, @Nullable Program program)
            throws PodProtocolException {
        return switch (frame.type()) {
            case ERROR ->
                    parse(
                            conversation,
                            frame,
                            in -> new PodErrorException(conversation.name(), in.i32(), in.str()));
            case REFUSED ->
                    PodProtocolException.refusal(
                            conversation.name(), parse(conversation, frame, WireReader::str));
            case FAILED -> failedStep(conversation, frame, program);
            default -> conversation.protocol("it answered with %s", frame.type());
        };
    }

    private static PodException failedStep(
            Conversation conversation, Conversation.Frame frame, @Nullable Program program)
            throws PodProtocolException {
        if (program == null) {
            return conversation.protocol("it reported a failed step of no program");
        }
        return parse(conversation, frame, in -> failedStep(conversation.name(), in, program));
    }

    private static PodException failedStep(String pod, WireReader in, Program program)
            throws Malformed {
        long step = in.u32();
        int code = in.u16();
        int detail = in.u16();
        int errno = in.i32();
        var text = in.str();
        if (step == ShimException.OUTSIDE && code == 0) {
            return new PodErrorException(pod, errno, "make its socket and directories");
        }
        var operation =
                program.failed(step, code)
                        .orElseThrow(
                                () ->
                                        new Malformed(
                                                "step %d with code %d is not in the program"
                                                        .formatted(step, code)));
        var failure = new ShimException.Failure(step, operation, detail, errno, text);
        return new ShimException(pod, failure, program);
    }

    /** A podshim that refuses a request hangs up without reading it to its end. */
    private static IOException whyItHungUp(
            Conversation conversation, @Nullable Program program, PodGoneException hungUp) {
        try {
            return failure(conversation, conversation.receive(), program);
        } catch (IOException e) {
            hungUp.addSuppressed(e);
            return hungUp;
        }
    }
}
