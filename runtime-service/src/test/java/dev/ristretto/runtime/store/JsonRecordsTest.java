// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class JsonRecordsTest {
    @TempDir private Path directory;

    static Stream<SandboxState> sandboxStates() throws IOException {
        // An address that was looked up knows a name, which must not replace it.
        var named = InetAddress.getByAddress("name.invalid", new byte[] {10, 88, 0, 3});
        return Stream.of(
                new SandboxState.Creating(),
                new SandboxState.Ready(4711, PodNetwork.host()),
                new SandboxState.Ready(
                        4711,
                        new PodNetwork(
                                List.of(InetAddress.ofLiteral("10.88.0.2"), named),
                                "eth0",
                                List.of(InetAddress.ofLiteral("fd88::1")),
                                "veth1")),
                new SandboxState.NotReady());
    }

    static Stream<ContainerState> containerStates() {
        return Stream.of(
                new ContainerState.Created(),
                new ContainerState.Running(RecordSamples.THEN, 815),
                new ContainerState.Exited(
                        Optional.of(RecordSamples.THEN),
                        RecordSamples.THEN.plusNanos(1),
                        137,
                        "OOMKilled",
                        ""),
                new ContainerState.Exited(
                        Optional.empty(), RecordSamples.THEN, 128, "StartError", "no: such"));
    }

    @ParameterizedTest
    @MethodSource("sandboxStates")
    void sandbox_isReadAsItWasWritten(SandboxState state) throws IOException {
        var sandbox = RecordSamples.sandbox(state);

        assertThat(roundTrip(Sandbox.class, sandbox)).contains(sandbox);
    }

    @ParameterizedTest
    @MethodSource("containerStates")
    void container_isReadAsItWasWritten(ContainerState state) throws IOException {
        var container =
                RecordSamples.container(
                        state, RecordSamples.allLimits(), Optional.of(Path.of("/var/log/0.log")));

        assertThat(roundTrip(Container.class, container)).contains(container);
    }

    @Test
    void whatIsAbsent_isReadAsAbsent() throws IOException {
        var container =
                RecordSamples.container(
                        new ContainerState.Created(), CgroupLimits.none(), Optional.empty());

        assertThat(roundTrip(Container.class, container)).contains(container);
    }

    @Test
    void addressWithAName_isWrittenAsAnAddress() throws IOException {
        var named = InetAddress.getByAddress("name.invalid", new byte[] {10, 88, 0, 3});
        var network = new PodNetwork(List.of(named), "eth0", List.of(), "veth1");

        roundTrip(Sandbox.class, RecordSamples.sandbox(new SandboxState.Ready(1, network)));

        assertThat(Files.readString(file())).contains("10.88.0.3").doesNotContain("name.invalid");
    }

    @Test
    void fileThatIsNotThere_isNoRecord() throws IOException {
        assertThat(records(Sandbox.class).read(directory.resolve("none.json"))).isEmpty();
    }

    @Test
    void write_leavesNoOtherFile() throws IOException {
        roundTrip(Sandbox.class, RecordSamples.sandbox(new SandboxState.Creating()));

        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void delete_ofWhatIsGone_isFine() throws IOException {
        var sandbox = RecordSamples.sandbox(new SandboxState.Creating());
        var records = records(Sandbox.class);
        records.write(sandbox);

        records.delete(sandbox);
        records.delete(sandbox);

        assertThat(file()).doesNotExist();
    }

    @Test
    void otherVersion_isRefusedAndNamed() throws IOException {
        change(record -> record.put("schemaVersion", 2));

        assertThatThrownBy(this::read)
                .isNotInstanceOf(DamagedRecordException.class)
                .hasMessage(
                        "read %s: schemaVersion is 2, but this daemon knows 1; it was written by"
                                + " another version of ristrettod: start that one",
                        file());
    }

    @Test
    void unknownField_isDamage() throws IOException {
        change(record -> record.put("color", "blue"));

        assertThatThrownBy(this::read)
                .isInstanceOf(DamagedRecordException.class)
                .hasMessageStartingWith("read %s: ".formatted(file()))
                .hasMessageContaining("color");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "config", "createdAt", "cgroup", "ownsCgroup", "state"})
    void fieldThatIsMissingOrNull_isDamage(String field) throws IOException {
        change(record -> record.remove(field));
        assertThatThrownBy(this::read)
                .isInstanceOf(DamagedRecordException.class)
                .hasMessageContaining(field);

        change(record -> record.putNull(field));
        assertThatThrownBy(this::read).isInstanceOf(DamagedRecordException.class);
    }

    @Test
    void valueThatCannotBe_isDamageInItsOwnWords() throws IOException {
        change(record -> record.put("id", "xyz"));

        assertThatThrownBy(this::read)
                .isInstanceOf(DamagedRecordException.class)
                .hasMessageContaining("pod_sandbox_id 'xyz' is not 64 lowercase hex digits");
    }

    @Test
    void everyTruncation_isDamage() throws IOException {
        records(Sandbox.class).write(RecordSamples.sandbox(new SandboxState.NotReady()));
        var whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));

            assertThatThrownBy(this::read)
                    .isInstanceOf(DamagedRecordException.class)
                    .hasMessageStartingWith("read %s: ".formatted(file()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "7", "{}", "{\"schemaVersion\":\"1\"}", "\u0000\u0000"})
    void whatIsNoRecordAtAll_isDamage(String content) throws IOException {
        Files.writeString(file(), content);

        assertThatThrownBy(this::read).isInstanceOf(DamagedRecordException.class);
    }

    @FunctionalInterface
    private interface Edit {
        void apply(ObjectNode record);
    }

    private void change(Edit edit) throws IOException {
        records(Sandbox.class).write(RecordSamples.sandbox(new SandboxState.NotReady()));
        var json = new JsonMapper();
        var record = (ObjectNode) json.readTree(Files.readAllBytes(file()));
        edit.apply(record);
        Files.write(file(), json.writeValueAsBytes(record));
    }

    private void read() throws IOException {
        assertThat(records(Sandbox.class).read(file())).isPresent();
    }

    private <V> Optional<V> roundTrip(Class<V> type, V value) throws IOException {
        var records = records(type);
        records.write(value);
        return records.read(file());
    }

    private <V> JsonRecords<V> records(Class<V> type) {
        return new JsonRecords<>(type, _ -> file());
    }

    private Path file() {
        return directory.resolve("x.json");
    }
}
