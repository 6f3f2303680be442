// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.config.ConfigFile;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.log.LogOutput;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;

import org.eclipse.microprofile.config.ConfigProvider;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The daemon's entry: reads the configuration, serves until SIGTERM or SIGINT, and stops.
 * Containers go on running when it stops; the next daemon finds them.
 */
@QuarkusMain
public final class Ristrettod implements QuarkusApplication {
    private static final int EXIT_USAGE = 2;
    private static final long PATIENCE_SECONDS = 25;

    @Override
    public int run(String... arguments) {
        try {
            return switch (Options.parse(arguments)) {
                case Options.Help(var text) -> print(text);
                case Options.PrintConfig(var file) -> print(ConfigFile.print(configFrom(file)));
                case Options.Serve(var file) -> serve(configFrom(file));
            };
        } catch (RuntimeFault | IOException e) {
            return failed(e);
        }
    }

    private static int failed(Exception e) {
        System.err.println("ristrettod: " + e.getMessage());
        return e instanceof RuntimeFault ? EXIT_USAGE : 1;
    }

    private static int serve(RistrettoConfig config) throws IOException {
        LogOutput.set(config.logging());
        var closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(closed), "await-close"));
        try (var daemon = Daemon.start(config, version())) {
            System.out.println("ristrettod: serving on unix://" + daemon.socket());
            Quarkus.waitForExit();
        } catch (RuntimeFault | IOException e) {
            return failed(e); // while the virtual machine still waits
        } finally {
            closed.countDown();
        }
        return 0;
    }

    /**
     * On a signal Quarkus stops itself and lets the virtual machine go without waiting for {@link
     * #run} to return; the virtual machine waits for its hooks.
     */
    private static void await(CountDownLatch closed) {
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(
                        "ristrettod: not closed within %d s".formatted(PATIENCE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RistrettoConfig configFrom(Options.ConfigPath file) throws IOException {
        if (file.given()) {
            return ConfigFile.read(file.path());
        }
        return Files.exists(file.path())
                ? ConfigFile.read(file.path())
                : RistrettoConfig.defaults();
    }

    /** Set by the build; absent only in tests that start this class from a directory of classes. */
    private static String version() {
        return ConfigProvider.getConfig()
                .getOptionalValue("quarkus.application.version", String.class)
                .orElse("unknown");
    }

    private static int print(String text) {
        PrintStream out = System.out;
        out.println(text.stripTrailing());
        return 0;
    }

    /** Where the configuration is read when no option names a file. */
    static Path defaultConfigPath() {
        return Path.of("/etc/ristretto/config.yaml");
    }
}
