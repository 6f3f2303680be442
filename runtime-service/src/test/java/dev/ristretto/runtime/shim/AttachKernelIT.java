// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static dev.ristretto.runtime.shim.RealPods.container;
import static dev.ristretto.runtime.shim.RealPods.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.StdioConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;

/** Clients of containers that the real podshim runs. */
@Tag("root")
class AttachKernelIT {
    private static final StdioConfig STDIN_ONCE = new StdioConfig(true, true, false);
    private static final StdioConfig STDIN = new StdioConfig(true, false, false);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ContainerId ID = container(1);

    @TempDir private Path runDirectory;
    private RealPods pods;
    private ShimClient client;

    @BeforeEach
    void start() throws IOException {
        pods = new RealPods(runDirectory);
        client = pods.create(1);
    }

    @AfterEach
    void stop() throws IOException {
        pods.close();
    }

    @Test
    void stdinOnce_goesThroughAndEndsTheContainer() throws IOException {
        client.start(ID, "", STDIN_ONCE, shell("cat; echo end; exit 5"));

        try (var watching = client.attach(ID, false, PATIENCE);
                var typing = client.attach(ID, true, PATIENCE)) {
            typing.writeStdin(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.UTF_8)));
            typing.closeStdin();

            assertThat(output(typing)).isEqualTo("hello\nend\n exit 5");
            assertThat(output(watching)).isEqualTo("hello\nend\n exit 5");
        }
    }

    @Test
    void stdinThatStaysOpen_letsItsClientGo() throws IOException {
        client.start(ID, "", STDIN, shell("read a; read b; echo $a $b; read c; exit 7"));

        try (var watching = client.attach(ID, false, PATIENCE)) {
            for (var word : new String[] {"one\n", "two\n"}) {
                try (var typing = client.attach(ID, true, PATIENCE)) {
                    typing.writeStdin(ByteBuffer.wrap(word.getBytes(StandardCharsets.UTF_8)));
                    typing.closeStdin();
                    assertThat(output(typing)).endsWith("detached");
                }
            }
            try (var typing = client.attach(ID, true, PATIENCE)) {
                typing.writeStdin(ByteBuffer.wrap(new byte[] {'\n'}));
                assertThat(output(typing)).endsWith("exit 7");
            }
            assertThat(output(watching)).isEqualTo("one two\n exit 7");
        }
    }

    @Test
    void twoHundredClients_seeTheSame() throws IOException {
        client.start(ID, "", STDIN_ONCE, shell("read go; seq 1 1000"));
        var clients = new ArrayList<ExecConversation>();
        try {
            for (int i = 0; i < 200; i++) {
                clients.add(client.attach(ID, false, PATIENCE));
            }
            try (var typing = client.attach(ID, true, PATIENCE)) {
                typing.writeStdin(ByteBuffer.wrap(new byte[] {'\n'}));
                var expected = output(typing);
                assertThat(expected).startsWith("1\n2\n").endsWith("1000\n exit 0");
                for (var attached : clients) {
                    assertThat(output(attached)).isEqualTo(expected);
                }
            }
        } finally {
            for (var attached : clients) {
                attached.close();
            }
        }
    }

    @Test
    void containerThatHasEnded_cannotBeAttachedTo() throws IOException {
        client.start(ID, "", STDIN_ONCE, shell("cat"));
        try (var typing = client.attach(ID, true, PATIENCE)) {
            typing.closeStdin();
            assertThat(output(typing)).isEqualTo(" exit 0");
        }

        assertThatThrownBy(() -> client.attach(ID, false, PATIENCE))
                .isInstanceOfSatisfying(
                        PodErrorException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }

    /** What came of both streams, and how it ended. */
    private static String output(ExecConversation conversation) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (true) {
            switch (conversation.next()) {
                case ExecEvent.Output(_, var some) ->
                        bytes.write(some.array(), some.arrayOffset(), some.remaining());
                case ExecEvent.Exited(ExitStatus.Exited(var code), _) -> {
                    return bytes.toString(StandardCharsets.UTF_8) + " exit " + code;
                }
                case ExecEvent.Exited(ExitStatus.Signaled(var signal), _) -> {
                    return bytes.toString(StandardCharsets.UTF_8) + " signal " + signal;
                }
                case ExecEvent.Detached _ -> {
                    return bytes.toString(StandardCharsets.UTF_8) + " detached";
                }
            }
        }
    }
}
