// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.shim.WireVectors.Vector;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.StdioConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every frame of {@code wire-vectors.txt}: requests are encoded to the same bytes, answers are read
 * as their comments say, bad answers are refused.
 */
class WireVectorsTest {
    private static final int FIRST_ANSWER = 32;
    private static final int STDIN = 66;
    private static final StdioConfig NO_STDIO = new StdioConfig(false, false, false);
    private static final ContainerId ID = new ContainerId("c1".repeat(32));
    private static final Program PROGRAM =
            Program.of(
                    List.of(
                            new ShimOp.Clone(0, ""),
                            new ShimOp.Exec(List.of("/x"), List.of("x"), List.of())));

    @TempDir private Path directory;
    private ShimTransport transport;
    private Endpoint endpoint;
    private ShimClient client;

    @BeforeEach
    void start() {
        transport = new ShimTransport(Duration.ofSeconds(10));
        endpoint = new Endpoint("the pod", directory.resolve("shim.sock"), transport);
        client = transport.client(new PodSandboxId("ab".repeat(32)), directory);
    }

    @AfterEach
    void stop() {
        transport.close();
    }

    @Test
    void vectors_nameEveryTypeThatThereIs() {
        var types =
                WireVectors.read().stream()
                        .filter(vector -> !vector.bad() && vector.type() != 0)
                        .map(Vector::type)
                        .collect(Collectors.toSet());

        assertThat(types)
                .isEqualTo(
                        Stream.of(FrameType.values())
                                .map(FrameType::code)
                                .collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void request_isEncodedToTheSameBytes(Vector vector) throws IOException {
        var type =
                Stream.of(FrameType.values())
                        .filter(candidate -> candidate.code() == vector.type())
                        .findFirst()
                        .orElseThrow();

        var bytes = encoded(type, VectorText.fields(vector.meaning()));

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(header(vector) + HexFormat.of().formatHex(vector.payload()));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answer_isReadAsItsCommentSays(Vector vector) throws IOException {
        assertThat(seen(vector)).isEqualTo(VectorText.fields(vector.meaning()));
    }

    @ParameterizedTest
    @MethodSource("badAnswers")
    void badAnswer_isRefused(Vector vector) {
        assertThatThrownBy(() -> seen(vector)).isInstanceOf(PodProtocolException.class);
    }

    static Stream<Vector> requests() {
        return WireVectors.read().stream()
                .filter(vector -> !vector.bad() && vector.type() != 0)
                .filter(vector -> vector.type() < FIRST_ANSWER || vector.type() >= STDIN);
    }

    static Stream<Vector> answers() {
        return WireVectors.read().stream()
                .filter(vector -> !vector.bad())
                .filter(vector -> vector.type() >= FIRST_ANSWER && vector.type() < STDIN);
    }

    static Stream<Vector> badAnswers() {
        return WireVectors.read().stream()
                .filter(Vector::bad)
                .filter(vector -> vector.type() >= FIRST_ANSWER && vector.type() < STDIN);
    }

    private static byte[] encoded(FrameType type, Map<String, Object> fields) throws IOException {
        var out = WireWriter.frame(type);
        var rest = new ByteArrayOutputStream();
        fields.forEach(
                (key, value) -> {
                    switch (value) {
                        case String text -> out.str(text);
                        case Long number -> out.u32(number.intValue());
                        case Bytes bytes -> rest.writeBytes(bytes.toArray());
                        case List<?> list when key.equals("program") ->
                                rest.writeBytes(program(list));
                        case List<?> list -> out.list(texts(list));
                        default -> throw new AssertionError(key);
                    }
                });
        var head = out.endFrame(rest.size());
        var bytes = new ByteArrayOutputStream();
        bytes.write(head.array(), 0, head.limit());
        rest.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static byte[] program(List<?> operations) {
        var program = Program.of(operations.stream().map(ShimOp.class::cast).toList());
        var bytes = new byte[program.encodedBytes()];
        program.encoded().get(bytes);
        return bytes;
    }

    private static List<String> texts(List<?> list) {
        return list.stream().map(String.class::cast).toList();
    }

    private static String header(Vector vector) {
        return "%08x%04x0100"
                .formatted(
                        Integer.reverseBytes(vector.payload().length),
                        Short.toUnsignedInt(Short.reverseBytes((short) vector.type())));
    }

    /** What the client makes of this answer, in the words of the comments. */
    private Map<String, Object> seen(Vector vector) throws IOException {
        try (var server = RawServer.in(directory)) {
            return switch (vector.type()) {
                case 35 -> {
                    server.sending(frame(vector));
                    int pid =
                            Exchange.ask(
                                    endpoint,
                                    WireWriter.frame(FrameType.POD_STATUS),
                                    FrameType.CREATED,
                                    WireReader::smallU32);
                    yield Map.of("pid", (long) pid);
                }
                case 37 -> {
                    server.sending(frame(vector));
                    var started = client.start(ID, "", NO_STDIO, PROGRAM);
                    yield Map.of("pid", (long) started.pid(), "time", nanos(started.at()));
                }
                case 44 -> {
                    server.sending(
                            concat(
                                    frame(vector),
                                    HexFormat.of()
                                            .parseHex(
                                                    "0c0000002500010001000000" + "00".repeat(8))));
                    var started = client.start(ID, "", NO_STDIO, PROGRAM);
                    yield Map.of("nanoseconds", started.tookNanos());
                }
                case 38, 64, 65 -> execEvent(server, vector);
                case 39, 40, 41, 42, 43 -> states(server, vector);
                default -> failure(server, vector);
            };
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }

    private Map<String, Object> failure(RawServer server, Vector vector) throws IOException {
        server.sending(frame(vector));
        try {
            if (vector.type() == 36) {
                client.start(ID, "", NO_STDIO, programOf(vector));
            } else {
                client.forget(ID);
            }
            return Map.of();
        } catch (PodErrorException e) {
            return Map.of("errno", (long) e.errno().number(), "what", e.what());
        } catch (ShimException e) {
            return Map.of(
                    "step", e.step(),
                    "code", (long) OpsDef.codeOf(e.operation()),
                    "detail", (long) e.detail(),
                    "errno", (long) e.errnoNumber(),
                    "text", e.kernelText());
        } catch (PodProtocolException e) {
            if (vector.bad()) {
                throw e;
            }
            return Map.of(
                    "what",
                    String.valueOf(e.getMessage()).replaceFirst(".*refused the request: ", ""));
        }
    }

    /** A program that has the operation that failed where it failed; the bad ones say 16 at 1. */
    private static Program programOf(Vector vector) {
        var failed =
                vector.bad()
                        ? Map.<String, Object>of("step", 1L, "code", 16L)
                        : VectorText.fields(vector.meaning());
        var operations = new ArrayList<ShimOp>();
        long step = (long) failed.getOrDefault("step", 0L);
        for (long i = 0; i < step && step != ShimException.OUTSIDE; i++) {
            operations.add(new ShimOp.Setsid());
        }
        SampleOps.all().stream()
                .filter(op -> failed.getOrDefault("code", 0L).equals((long) OpsDef.codeOf(op)))
                .forEach(operations::add);
        return Program.of(operations);
    }

    private Map<String, Object> execEvent(RawServer server, Vector vector) throws IOException {
        var frames = new ByteArrayOutputStream();
        frames.writeBytes(HexFormat.of().parseHex("0c0000002500010001000000" + "00".repeat(8)));
        frames.writeBytes(frame(vector));
        frames.writeBytes(HexFormat.of().parseHex("0c0000002600010000000000" + "00".repeat(8)));
        server.sending(frames.toByteArray());
        try (var exec = client.exec(ID, NO_STDIO, TerminalSize.NONE, PROGRAM)) {
            return switch (exec.next()) {
                case ExecEvent.Output(var stream, var bytes) -> {
                    assertThat(stream.name()).isEqualTo(vector.meaning().split(" ")[0]);
                    yield Map.of("data", bytes(bytes));
                }
                case ExecEvent.Detached _ -> throw new AssertionError("detached");
                // An empty frame is no event; what comes is the end that this test added.
                case ExecEvent.Exited _ when vector.type() != 38 ->
                        Map.of("data", Bytes.of(new byte[0]));
                case ExecEvent.Exited(var status, var at) ->
                        Map.of(
                                "waitStatus",
                                (long) FakeConnection.waitStatus(status),
                                "time",
                                nanos(at));
            };
        }
    }

    private Map<String, Object> states(RawServer server, Vector vector) throws IOException {
        server.sending(frame(vector));
        try (var conversation = Conversation.open(endpoint)) {
            Exchange.send(conversation, WireWriter.frame(FrameType.POD_STATUS), null);
            var frame = conversation.receive();
            return switch (frame.type()) {
                case CONTAINER_STATE ->
                        Exchange.parse(
                                conversation, frame, in -> container(ContainerFields.read(in)));
                case WATCHING, ATTACHED, DETACHED ->
                        Exchange.parse(conversation, frame, _ -> Map.of());
                default -> Exchange.parse(conversation, frame, WireVectorsTest::podState);
            };
        }
    }

    private static Map<String, Object> podState(WireReader in) throws WireReader.Malformed {
        long pid = in.smallU32();
        long version = in.smallU32();
        var containers = new ArrayList<Object>();
        for (int i = in.smallU32(); i > 0; i--) {
            containers.addAll(container(ContainerFields.read(in)).values());
        }
        return Map.of("pid", pid, "version", version, "containers", containers);
    }

    private static Map<String, Object> container(ContainerFields fields) {
        var values = new LinkedHashMap<String, Object>();
        values.put("containerId", fields.containerId());
        values.put("state", fields.state());
        values.put("pid", (long) fields.pid());
        values.put("startedAt", nanos(fields.startedAt()));
        values.put("waitStatus", fields.waitStatus());
        values.put("finishedAt", nanos(fields.finishedAt()));
        return values;
    }

    private static byte[] frame(Vector vector) {
        return HexFormat.of().parseHex(header(vector) + HexFormat.of().formatHex(vector.payload()));
    }

    private static Bytes bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return Bytes.of(bytes);
    }

    private static long nanos(Instant instant) {
        return FakeConnection.nanos(instant);
    }
}
