// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Crictl;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Devices as their vendors' specifications say, with the programs that these bring. */
@Tag("root")
class CdiE2eTest {
    /** As vendors' hooks do: the root is that of the bundle's config.json. */
    private static final String HOOK =
            """
            #!/bin/sh
            set -e
            state=$(cat)
            bundle=$(echo "$state" | sed 's/.*"bundle":"\\([^"]*\\)".*/\\1/')
            root=$(sed 's/.*"root":{"path":"\\([^"]*\\)".*/\\1/' "$bundle/config.json")
            case $1 in
                link) ln -s "$2" "$root/$3" ;;
                note) echo "$2 $3 $state" >>"$NOTES" ;;
                fail) echo "no such toy" >&2; exit 4 ;;
            esac
            """;

    @TempDir private static Path directory;
    private static Stand stand;
    private static Crictl crictl;
    private static String busybox;
    private static Path notes;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("cdi", "cdi: {specDirs: [\"%s\"]}\n".formatted(directory));
        crictl = stand.crictl();
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        crictl.call("pull", busybox);
        notes = directory.resolve("notes");
        var hook = Files.writeString(directory.resolve("toy-hook"), HOOK);
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(directory.resolve("data"), "of the vendor\n");
        Files.writeString(directory.resolve("toy.yaml"), specification(hook));
    }

    private static String specification(Path hook) {
        return """
        cdiVersion: 0.6.0
        kind: vendor.com/toy
        containerEdits:
          env: [TOY=yes]
          mounts:
            - {hostPath: %2$s/data, containerPath: /opt/toy/data, options: [ro, nosuid, bind]}
        devices:
          - name: 0
            containerEdits:
              deviceNodes: [{path: /dev/toy0, hostPath: /dev/full, permissions: rw}]
              hooks:
                - hookName: createContainer
                  path: %1$s
                  args: [toy-hook, link, /opt/toy/data, toy]
                  env: ["PATH=/bin:/usr/bin"]
                - hookName: poststart
                  path: %1$s
                  args: [toy-hook, note, poststart]
                  env: ["PATH=/bin:/usr/bin", "NOTES=%3$s"]
                - hookName: poststop
                  path: %1$s
                  args: [toy-hook, note, poststop]
                  env: ["PATH=/bin:/usr/bin", "NOTES=%3$s"]
          - name: broken
            containerEdits:
              hooks:
                - hookName: createContainer
                  path: %1$s
                  args: [toy-hook, fail]
                  env: ["PATH=/bin:/usr/bin"]
                - hookName: poststop
                  path: %1$s
                  args: [toy-hook, note, broken]
                  env: ["PATH=/bin:/usr/bin", "NOTES=%3$s"]
        """
                .formatted(hook, directory, notes);
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @Test
    void aDevice_bringsWhatItsSpecificationSays_andItsHooksRun() throws IOException {
        var config = Configs.pod("toys", stand.paths().podLogs(), "");
        var pod = crictl.runPod(config);
        var container = crictl.runContainer(pod, container("main", "0"), config);

        assertThat(in(container, "echo $TOY; cat /toy; readlink /toy"))
                .isEqualTo("yes\nof the vendor\n/opt/toy/data");
        assertThat(
                        in(
                                container,
                                "stat -c %t:%T /dev/toy0; echo x 2>/dev/null >/dev/toy0 || echo full"))
                .isEqualTo("1:7\nfull");
        assertThat(in(container, "touch /opt/toy/data 2>/dev/null || echo read-only"))
                .isEqualTo("read-only");
        assertThat(in(container, "ls -d %s 2>/dev/null || echo hidden".formatted(directory)))
                .isEqualTo("hidden");
        var pid = crictl.pid(container);
        assertThat(notes).content().startsWith("poststart  {").contains("\"pid\":" + pid + ",");

        // What a hook is of does not depend on the daemon that started the container.
        stand.daemon().kill9();
        stand.daemon().startAgain();
        crictl.call("stop", container);
        assertThat(notes).content().doesNotContain("poststop");
        crictl.call("rm", container);

        assertThat(notes).content().contains("poststop  {", "\"status\":\"stopped\"", container);
        crictl.call("stopp", pod);
        crictl.call("rmp", pod);
    }

    @Test
    void aHookThatFails_failsTheStart_andLeavesNothing() throws IOException {
        var config = Configs.pod("broken", stand.paths().podLogs(), "");
        var pod = crictl.runPod(config);
        var container =
                crictl.call(
                        "create",
                        pod,
                        crictl.file(container("main", "broken")),
                        crictl.file(config));

        var outcome = crictl.attempt("start", container);

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.stderr())
                .contains(
                        "run createContainer hook " + directory.resolve("toy-hook"),
                        "exited with code 4 [no such toy]");
        assertThat(crictl.containerStatus(container).path("reason").asText())
                .isEqualTo("StartError");
        crictl.call("rm", container);
        assertThat(notes).content().contains("broken  {");
        crictl.call("stopp", pod);
        crictl.call("rmp", pod);
    }

    private static String container(String name, String device) {
        return Configs.containerWith(
                ", \"CDI_devices\": [{\"name\": \"vendor.com/toy=%s\"}]".formatted(device),
                name,
                busybox,
                "sleep",
                "3600");
    }

    private static String in(String container, String script) throws IOException {
        return crictl.call("exec", "-s", container, "sh", "-c", script);
    }
}
