// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

class MistakesComponentTest {
    @TempDir Path dir;
    private CommandFixture cli;

    @BeforeEach
    void start() throws Exception {
        cli = new CommandFixture(dir);
    }

    @AfterEach
    void stop() {
        cli.close();
    }

    @Test
    void noSocket_saysHowToStartTheDaemon() {
        assertThat(cli.bare("-r", "unix://" + dir + "/none.sock", "ps")).isEqualTo(1);

        assertThat(cli.err())
                .startsWith(
                        "ristretto ps: nothing listens at unix://%s/none.sock: there is no such file;"
                                .formatted(dir))
                .contains("start the daemon")
                .hasLineCount(1);
    }

    @Test
    void aSocketThatNobodyServes_asksWhetherTheDaemonRuns() throws Exception {
        var socket = dir.resolve("dead.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();

        assertThat(cli.bare("-r", socket.toString(), "ps")).isEqualTo(1);

        assertThat(cli.err()).contains("does not answer").contains("is the daemon still running?");
    }

    @Test
    void aCallTheRuntimeHasNot_isSaidToBeMissingThere() {
        assertThat(cli.run("runtime-config")).isEqualTo(1);

        assertThat(cli.err())
                .contains("RuntimeConfig")
                .contains("(by the runtime at unix://" + dir);
    }

    @Test
    void misuse_exitsWith2_andSaysWhereToLook() {
        assertThat(cli.run("ps", "--foo")).isEqualTo(2);
        assertThat(cli.err()).startsWith("ristretto ps: Unknown option: '--foo'");

        assertThat(cli.run("inspect")).isEqualTo(2);
        assertThat(cli.err()).contains("CONTAINER").endsWith("See 'ristretto inspect --help'.\n");

        assertThat(cli.bare()).isEqualTo(2);
        assertThat(cli.bare("-r", "tcp://x", "ps")).isEqualTo(2);
        assertThat(cli.err()).contains("endpoint 'tcp://x' is not unix:///path/to.sock");
        assertThat(cli.run("stop")).isEqualTo(2);
    }

    @Test
    void aMisspelledVerb_isAnsweredWithTheNearest() {
        assertThat(cli.run("pod")).isEqualTo(2);

        assertThat(cli.err())
                .startsWith("ristretto: there is no verb 'pod'\nDid you mean: ristretto pods");
    }

    @Test
    void aDaemonThatDoesNotAnswer_isGivenUp() throws Exception {
        var socket = dir.resolve("mute.sock");
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));

            assertThat(cli.bare("-r", socket.toString(), "-t", "200ms", "ps")).isEqualTo(1);

            assertThat(cli.err()).contains("in time; wait longer with --timeout");
        }
    }
}
