// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import dev.ristretto.cli.fake.FakeCriServer;
import dev.ristretto.cli.fake.FakeImages;
import dev.ristretto.cli.fake.FakeLoading;
import dev.ristretto.cli.fake.FakeRuntime;
import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.session.Terminal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;

/** Runs whole commands against a fake runtime, five minutes after all it has was created. */
final class CommandFixture implements AutoCloseable {
    final FakeRuntime runtime = new FakeRuntime();
    final FakeImages images = new FakeImages();
    final FakeLoading loading = new FakeLoading();
    private final FakeCriServer server;
    private String out = "";
    private String err = "";

    CommandFixture(Path dir) throws IOException {
        this.server = new FakeCriServer(dir.resolve("cri.sock"), runtime, images, loading);
    }

    /**
     * @return the exit code
     */
    int run(String... args) {
        var all =
                Stream.concat(Stream.of("-r", server.endpoint()), Stream.of(args))
                        .toArray(String[]::new);
        return bare(all);
    }

    /** Without naming the fake as the endpoint. */
    int bare(String... args) {
        var outBytes = new ByteArrayOutputStream();
        var errBytes = new ByteArrayOutputStream();
        var terminal = new Terminal(print(outBytes), print(errBytes));
        var now = Human.instant(FakeRuntime.CREATED_AT).plus(Duration.ofMinutes(5));
        int exitCode = new Ristretto(terminal, InstantSource.fixed(now)).execute(args);
        terminal.out().flush();
        terminal.err().flush();
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return exitCode;
    }

    String out() {
        return out;
    }

    String err() {
        return err;
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
    }
}
