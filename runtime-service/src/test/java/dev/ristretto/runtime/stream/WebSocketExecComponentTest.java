// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.stream.StreamEvent.Source;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

@Timeout(60)
class WebSocketExecComponentTest {
    private static final String V5 = "v5.channel.k8s.io";
    private static final String V4 = "v4.channel.k8s.io";
    private static final String SUCCESS = "3:{\"metadata\":{},\"status\":\"Success\"}";

    @ParameterizedTest
    @ValueSource(strings = {V5, V4})
    void exec_greetsThenTellsOutputOutcomeAndEnd(String protocol) throws Exception {
        var process = new ScriptedProcess().say("out").say(Source.STDERR, "err").exit(0);
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.OUTPUT), protocol)) {
            assertThat(client.protocol()).isEqualTo(protocol);
            assertThat(List.of(client.next(), client.next(), client.next(), client.next()))
                    .containsExactly("1:", "1:out", "2:err", SUCCESS);
            assertThat(client.next()).isEqualTo("close 1000");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "v3.channel.k8s.io",
        "v2.channel.k8s.io",
        "channel.k8s.io",
        "''",
    })
    void exec_inOldVersions_tellsAFailureInWords(String protocol) throws Exception {
        var process = new ScriptedProcess().exit(3);
        var offered = protocol.isEmpty() ? new String[0] : new String[] {protocol};
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.OUTPUT), offered)) {
            assertThat(client.protocol()).isEqualTo(protocol);
            assertThat(client.next()).isEqualTo("1:");
            assertThat(client.next())
                    .isEqualTo("3:command terminated with non-zero exit code: exit code 3");
            assertThat(client.next()).isEqualTo("close 1000");
        }
    }

    @Test
    void exec_takesTheFirstProtocolOfTheClientThatIsSpoken() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess());
                var client =
                        new WebSocketClient(
                                Servers.open(server, Servers.OUTPUT),
                                "v9.channel.k8s.io",
                                V4,
                                V5)) {
            assertThat(client.protocol()).isEqualTo(V4);
        }
    }

    @Test
    void exec_endsInputWithTheCloseSignal() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.ALL), V5)) {
            client.send(0, "one");
            client.send(new byte[] {0});
            client.send(new byte[] {(byte) 255, 0});
            assertThat(process.nextTold()).isEqualTo("one");
            assertThat(process.nextTold()).isEqualTo("EOF");

            process.say("still here").exit(0);

            assertThat(List.of(client.next(), client.next(), client.next()))
                    .containsExactly("1:", "1:still here", SUCCESS);
        }
    }

    @Test
    void exec_passesAMessageInManyFramesAsOne() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.ALL), V5)) {
            client.sendPart(new byte[] {0}, false);
            client.sendPart("ab".getBytes(StandardCharsets.UTF_8), false);
            assertThat(process.nextTold()).isEqualTo("ab");
            client.sendPart("c".getBytes(StandardCharsets.UTF_8), true);
            client.send(0, "d");

            assertThat(process.nextTold()).isEqualTo("c");
            assertThat(process.nextTold()).isEqualTo("d");
        }
    }

    @Test
    void exec_passesAFrameOfAnySizeAsItComes() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.ALL), V5)) {
            client.send(new byte[20_000_001]); // channel 0, as some clients send a whole file
            client.send(new byte[] {(byte) 255, 0});

            assertThat(process.nextTold()).isEqualTo("EOF");
            assertThat(process.stdinBytes).hasValue(20_000_000);
        }
    }

    @Test
    void exec_ofATerminal_followsItsSize() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.TERMINAL), V5)) {
            client.send(4, "{\"Width\":80,\"Height\":24}\n");
            client.send(4, "{\"Width\":81,\"Height\":25}\n");

            assertThat(process.nextTold()).isEqualTo("25x81");
        }
    }

    @Test
    void exec_inBase64_encodesBothWays() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client =
                        new WebSocketClient(
                                Servers.open(server, Servers.ALL), "v4.base64.channel.k8s.io")) {
            client.sendText("0b25l"); // "one" on channel 0
            assertThat(process.nextTold()).isEqualTo("one");

            process.say("two").exit(0);

            assertThat(List.of(client.next(), client.next()))
                    .containsExactly("text 1", "text 1dHdv");
            assertThat(client.next()).startsWith("text 3eyJtZXRhZGF0YSI6");
        }
    }

    @Test
    void exec_thatCannotStart_saysWhy() throws Exception {
        try (var server =
                        StreamingServer.start(
                                Servers.settings(),
                                (_, _) -> {
                                    throw RuntimeFault.wrongState("container c1 is not running");
                                });
                var client = new WebSocketClient(Servers.open(server, Servers.OUTPUT), V5)) {
            assertThat(client.next()).isEqualTo("1:");
            assertThat(client.next())
                    .isEqualTo(
                            "3:{\"metadata\":{},\"status\":\"Failure\","
                                    + "\"message\":\"container c1 is not running\","
                                    + "\"reason\":\"Conflict\",\"code\":409}");
            assertThat(client.next()).isEqualTo("close 1000");
        }
    }

    @Test
    void exec_whoseClientSaysGoodbye_endsTheProcessAndSaysSoToo() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.ALL), V5)) {
            client.send(0, "x");
            assertThat(process.nextTold()).isEqualTo("x");

            client.sendClose();

            assertThat(client.next()).isEqualTo("1:");
            assertThat(client.next()).isEqualTo("close 1000");
            assertThat(process.nextTold()).isEqualTo("CLOSED");
        }
    }

    @Test
    void exec_whoseClientGoes_endsTheProcess() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.ALL), V5)) {
            client.send(0, "x");
            assertThat(process.nextTold()).isEqualTo("x");

            client.abort();

            assertThat(process.nextTold()).isEqualTo("CLOSED");
        }
    }

    @Test
    void ping_isAnsweredWithItsOwnWords() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess());
                var client = new WebSocketClient(Servers.open(server, Servers.ALL), V5)) {
            assertThat(client.next()).isEqualTo("1:");
            client.ping("42");

            assertThat(client.next()).isEqualTo("pong 42");
        }
    }

    @Test
    void input_forAChannelThatIsNotConnected_isDropped() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = new WebSocketClient(Servers.open(server, Servers.OUTPUT), V5)) {
            for (int channel = 0; channel < 8; channel++) {
                client.send(channel, "x".repeat(200_000));
            }
            process.exit(0);

            assertThat(client.next()).isEqualTo("1:");
            assertThat(client.next()).isEqualTo(SUCCESS);
            assertThat(process.told).doesNotContain("EOF");
        }
    }

    @ParameterizedTest
    @ValueSource(bytes = {5, 100})
    void closeSignal_ofAChannelThatDoesNotExist_isAProtocolError(byte channel) throws Exception {
        try (var server = Servers.serving(new ScriptedProcess());
                var client = new WebSocketClient(Servers.open(server, Servers.ALL), V5)) {
            assertThat(client.next()).isEqualTo("1:");
            client.send(new byte[] {(byte) 255, channel});

            assertThat(client.next()).isEqualTo("close 1002");
        }
    }
}
