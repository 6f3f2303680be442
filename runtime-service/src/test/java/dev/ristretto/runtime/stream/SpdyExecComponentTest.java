// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.stream.StreamEvent.Source;

import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

@Timeout(60)
class SpdyExecComponentTest {
    private static final String V4 = "v4.channel.k8s.io";
    private static final String SUCCESS = "error:{\"metadata\":{},\"status\":\"Success\"}<fin>";

    @Test
    void exec_tellsTheOutcomeAfterTheOutputAndBeforeAnyEnd() throws Exception {
        var process = new ScriptedProcess().say("out").say(Source.STDERR, "err").exit(0);
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");

            assertThat(client.readUntil("fin stderr"))
                    .containsExactly(
                            "reply error",
                            "reply stdout",
                            "reply stderr",
                            "stdout:out",
                            "stderr:err",
                            SUCCESS,
                            "fin stdout",
                            "fin stderr");
        }
    }

    @Test
    void exec_leavesTheConnectionForTheClientToClose() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess().exit(0));
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            client.readUntil("fin stderr");
            client.socket.setSoTimeout(300);
            assertThat(catchTimeout(client)).isTrue();

            client.send(new DefaultSpdyGoAwayFrame(0, 0));

            client.socket.setSoTimeout(5_000);
            assertThat(client.next()).isEqualTo("EOF");
        }
    }

    @Test
    void exec_whoseClientStays_isClosedAfterAWhileWithGoAway() throws Exception {
        var settings =
                Servers.settings(Optional.empty(), Duration.ofMinutes(1), Duration.ofMillis(200));
        var process = new ScriptedProcess().exit(0);
        try (var server = StreamingServer.start(settings, (_, _) -> process);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            client.readUntil("fin stderr");

            assertThat(client.next()).isEqualTo("goaway 0");
            assertThat(client.next()).isEqualTo("EOF");
        }
    }

    @Test
    void exec_passesInputAndItsEnd() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.ALL), V4)) {
            client.open("error");
            int stdin = client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            client.data(stdin, "one");
            assertThat(process.nextTold()).isEqualTo("one");
            client.data(stdin, "two");
            client.fin(stdin);

            assertThat(process.nextTold()).isEqualTo("two");
            assertThat(process.nextTold()).isEqualTo("EOF");
            process.say("after EOF").exit(0);
            assertThat(client.readUntil("fin stderr")).contains("stdout:after EOF", SUCCESS);
        }
    }

    @Test
    void exec_ofATerminal_startsWithItsSizeAndFollowsIt() throws Exception {
        var process = new ScriptedProcess();
        var sizes = new ArrayList<TerminalSize>();
        try (var server =
                        StreamingServer.start(
                                Servers.settings(),
                                (_, size) -> {
                                    sizes.add(size);
                                    return process;
                                });
                var client = SpdyClient.connect(Servers.open(server, Servers.TERMINAL), V4)) {
            client.open("error");
            client.open("stdin");
            client.open("stdout");
            int resize = client.open("resize");
            client.data(resize, "{\"Width\":80,\"Height\":24}\n{\"Width\":81,");
            client.data(resize, "\"Height\":25}\n");

            assertThat(process.nextTold()).isEqualTo("25x81");
            assertThat(sizes).containsExactly(new TerminalSize(24, 80));
        }
    }

    @Test
    void exec_ofATerminalWhoseSizeIsNotTold_startsWithoutIt() throws Exception {
        var process = new ScriptedProcess();
        var sizes = new ArrayList<TerminalSize>();
        try (var server =
                        StreamingServer.start(
                                Servers.impatient(),
                                (_, size) -> {
                                    sizes.add(size);
                                    return process.say("started");
                                });
                var client = SpdyClient.connect(Servers.open(server, Servers.TERMINAL), V4)) {
            client.open("error");
            client.open("stdin");
            client.open("stdout");
            int resize = client.open("resize");
            client.readUntil("stdout:started");
            client.data(resize, "{\"Width\":80,\"Height\":24}\n");

            assertThat(process.nextTold()).isEqualTo("24x80");
            assertThat(sizes).containsExactly(TerminalSize.UNKNOWN);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v4.channel.k8s.io|error:{\"metadata\":{},\"status\":\"Failure\",\"message\":\"exec: no such file\",\"reason\":\"NotFound\",\"code\":404}<fin>",
                "v3.channel.k8s.io|error:exec: no such file<fin>",
                "v2.channel.k8s.io|error:exec: no such file<fin>",
                "channel.k8s.io|error:exec: no such file<fin>",
            })
    void exec_thatCannotStart_saysWhyOnTheErrorStream(String protocol, String expected)
            throws Exception {
        try (var server =
                        StreamingServer.start(
                                Servers.settings(),
                                (_, _) -> {
                                    throw RuntimeFault.notFound("exec: no such file");
                                });
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), protocol)) {
            assertThat(client.head()).contains("X-Stream-Protocol-Version: " + protocol);
            client.open("error");
            client.open("stdout");
            client.open("stderr");

            assertThat(client.readUntil("fin stderr"))
                    .containsSubsequence(expected, "fin stdout", "fin stderr");
        }
    }

    @Test
    void exec_whoseProcessIsLost_saysSo() throws Exception {
        var process = new ScriptedProcess().say("a");
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            assertThat(client.readUntil("stdout:a")).contains("stdout:a");

            process.close(); // as when the podshim is killed

            assertThat(client.next())
                    .contains("\"status\":\"Failure\"", "the process was let go", "InternalError");
        }
    }

    @Test
    void exec_whoseStreamsDoNotCome_saysWhichAreMissing() throws Exception {
        try (var server =
                        StreamingServer.start(
                                Servers.impatient(),
                                (_, _) -> {
                                    throw new AssertionError("must not be started");
                                });
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stderr");

            assertThat(client.readUntil("fin stderr").get(2))
                    .contains("the client has not opened its streams [STDOUT] within 1 s");
        }
    }

    @Test
    void exec_withAStreamOfNoKnownType_isRefused() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess());
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("sterr");

            assertThat(client.readUntil("fin sterr").get(2))
                    .contains("a stream of type 'sterr', of which there is none");
        }
    }

    @Test
    void exec_whoseClientGoes_endsTheProcess() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process)) {
            var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4);
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            process.say("up");
            client.readUntil("stdout:up");

            client.close();

            assertThat(process.nextTold()).isEqualTo("CLOSED");
        }
    }

    @Test
    void exec_whoseClientGoesWhileTheProcessReadsNothing_endsTheProcess() throws Exception {
        var process = new ScriptedProcess().deaf().say("up");
        try (var server = Servers.serving(process)) {
            var client = SpdyClient.connect(Servers.open(server, Servers.ALL), V4);
            client.open("error");
            int stdin = client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            client.readUntil("stdout:up");
            for (int i = 0; i < 20; i++) {
                client.data(stdin, new byte[16 << 10]); // more than is read ahead
            }

            client.close();

            assertThat(process.nextTold()).isEqualTo("CLOSED");
            assertThat(process.stdinBytes).hasValue(0);
        }
    }

    private static boolean catchTimeout(SpdyClient client) throws Exception {
        try {
            throw new AssertionError("unexpected: " + client.next());
        } catch (SocketTimeoutException e) {
            return true;
        }
    }
}
