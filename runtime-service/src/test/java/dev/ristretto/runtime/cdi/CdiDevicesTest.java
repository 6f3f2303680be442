// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.CdiDeviceName;
import dev.ristretto.runtime.spec.CdiDeviceNode;
import dev.ristretto.runtime.spec.CdiEdits;
import dev.ristretto.runtime.spec.CdiHook;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;
import dev.ristretto.runtime.spec.MountOption;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

class CdiDevicesTest {
    private static final String GPU =
            """
            {
              "cdiVersion": "0.6.0",
              "kind": "vendor.com/gpu",
              "annotations": {"note": "x"},
              "containerEdits": {
                "env": ["DRIVER=/opt/driver"],
                "mounts": [{
                  "hostPath": "/opt/driver", "containerPath": "/usr/lib/driver",
                  "options": ["ro", "nosuid", "nodev", "rbind", "rprivate"]
                }]
              },
              "devices": [
                {"name": "0", "containerEdits": {
                  "env": ["GPU=0"],
                  "deviceNodes": [{
                    "path": "/dev/gpu0", "hostPath": "/dev/vendor/0", "type": "c", "major": 240,
                    "minor": 1, "fileMode": 432, "permissions": "rw", "uid": 5, "gid": 44
                  }],
                  "additionalGids": [44]
                }},
                {"name": "all", "containerEdits": {"env": ["GPU=all"]}}
              ]
            }
            """;

    @TempDir private Path directory;
    private Path etc;
    private Path run;
    private CdiDevices devices;

    @BeforeEach
    void directories() throws IOException {
        etc = Files.createDirectory(directory.resolve("etc"));
        run = Files.createDirectory(directory.resolve("run"));
        devices = new CdiDevices(List.of(etc, run, directory.resolve("missing")));
    }

    @Test
    void edits_areThoseOfTheSpecificationOnceAndOfEachDevice() throws IOException {
        var file = Files.writeString(etc.resolve("gpu.json"), GPU);

        assertThat(edits("vendor.com/gpu=0", "vendor.com/gpu=all"))
                .isEqualTo(
                        new CdiEdits(
                                List.of(
                                        new EnvironmentVariable("DRIVER", "/opt/driver"),
                                        new EnvironmentVariable("GPU", "0"),
                                        new EnvironmentVariable("GPU", "all")),
                                List.of(
                                        new CdiDeviceNode(
                                                file.toString(),
                                                "/dev/gpu0",
                                                "/dev/vendor/0",
                                                "rw",
                                                Optional.of(0660),
                                                OptionalLong.of(5),
                                                OptionalLong.of(44))),
                                List.of(
                                        new MountConfig(
                                                "/usr/lib/driver",
                                                "/opt/driver",
                                                true,
                                                false,
                                                Propagation.PRIVATE,
                                                Optional.empty(),
                                                List.of(MountOption.NOSUID, MountOption.NODEV))),
                                List.of(44L),
                                List.of()));
    }

    @Test
    void edits_haveHooks_withTheDefaultsOfTheOciSpecification() throws IOException {
        Files.writeString(
                etc.resolve("gpu.yaml"),
                """
                cdiVersion: 1.1.0
                kind: vendor.com/gpu
                containerEdits:
                  hooks:
                    - hookName: createContainer
                      path: /usr/bin/nvidia-cdi-hook
                      args: [nvidia-cdi-hook, create-symlinks, --link, "a::/b"]
                      env: [DEBUG=false]
                    - {hookName: startContainer, path: /s}
                    - {hookName: poststart, path: /t, timeout: 5}
                    - {hookName: poststop, path: /p}
                devices: [{name: 0}]
                """);

        assertThat(edits("vendor.com/gpu=0").hooks())
                .containsExactly(
                        new CdiHook(
                                CdiHook.Kind.CREATE_CONTAINER,
                                "/usr/bin/nvidia-cdi-hook",
                                List.of("nvidia-cdi-hook", "create-symlinks", "--link", "a::/b"),
                                List.of("DEBUG=false"),
                                60),
                        hook(CdiHook.Kind.START_CONTAINER, "/s", 60),
                        hook(CdiHook.Kind.POSTSTART, "/t", 5),
                        hook(CdiHook.Kind.POSTSTOP, "/p", 60));
    }

    private static CdiHook hook(CdiHook.Kind kind, String path, long timeout) {
        return new CdiHook(kind, path, List.of(path), List.of(), timeout);
    }

    @Test
    void edits_ofYaml_whoseNamesAreNumbers() throws IOException {
        Files.writeString(
                run.resolve("net.yaml"),
                """
                cdiVersion: 0.5.0
                kind: vendor.com/net
                devices:
                  - name: 3
                    containerEdits:
                      deviceNodes:
                        - path: /dev/net3
                """);

        assertThat(edits("vendor.com/net=3").deviceNodes())
                .extracting(CdiDeviceNode::hostPath, CdiDeviceNode::permissions)
                .containsExactly(tuple("/dev/net3", "rwm"));
    }

    @Test
    void edits_ofALaterDirectory_goOverAnEarlierOne() throws IOException {
        spec(etc, "a.json", "[\"FROM=etc\"]");
        spec(run, "b.json", "[\"FROM=run\"]");

        assertThat(edits("v.com/c=d").env())
                .containsExactly(new EnvironmentVariable("FROM", "run"));
    }

    @Test
    void edits_areReadAnewEachTime() throws IOException {
        spec(etc, "a.json", "[\"A=1\"]");
        assertThat(edits("v.com/c=d").env()).containsExactly(new EnvironmentVariable("A", "1"));

        spec(etc, "a.json", "[\"A=2\"]");

        assertThat(edits("v.com/c=d").env()).containsExactly(new EnvironmentVariable("A", "2"));
    }

    @Test
    void edits_ofADeviceThatIsThereTwice_namesBothFiles() throws IOException {
        spec(etc, "a.json", "[]");
        spec(etc, "b.json", "[]");

        assertThatThrownBy(() -> edits("v.com/c=d"))
                .isInstanceOf(RuntimeFault.class)
                .hasMessage(
                        "CDI device v.com/c=d is in %s and in %s: one of them must go",
                        etc.resolve("a.json"), etc.resolve("b.json"));
    }

    @Test
    void edits_ofAnUnknownDevice_namesTheDirectoriesAndTheFilesThatAreWrong() throws IOException {
        Files.writeString(etc.resolve("bad.json"), "{");
        spec(etc, "good.json", "[\"A=1\"]");

        assertThat(edits("v.com/c=d").env()).hasSize(1);
        assertThatThrownBy(() -> edits("v.com/c=other"))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageStartingWith(
                        "CDI device v.com/c=other is in no specification of %s, %s, ", etc, run)
                .hasMessageContaining(etc.resolve("bad.json") + " cannot be used: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'cdiVersion': '2.0.0', 'kind': 'v/c'} | cdiVersion '2.0.0' is not one of 0.3.0 to"
                        + " 1.1.0",
                "{'kind': 'v/c'} | cdiVersion is missing",
                "{'cdiVersion': '0.6.0', 'kind': 'c'} | kind 'c' is not of the form"
                        + " vendor.com/class",
                "{'cdiVersion': '0.6.0', 'kind': 'v/c', 'netDevices': 1} | netDevices is not known",
                "{'cdiVersion': '0.6.0', 'kind': 'v/c'} | devices is empty",
                "[] | it holds no object",
            })
    void edits_ofAFileThatIsWrong_saysWhatIs(String content, String message) throws IOException {
        Files.writeString(etc.resolve("x.json"), content.replace('\'', '"'));

        assertThatThrownBy(() -> edits("v/c=d"))
                .hasMessageEndingWith("%s cannot be used: %s", etc.resolve("x.json"), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hooks': [{'hookName': 'createRuntime', 'path': '/x'}] |"
                        + " containerEdits.hooks[0].hookName: 'createRuntime' hooks are not run by"
                        + " this runtime; createContainer, startContainer, poststart, poststop hooks"
                        + " are",
                "'hooks': [{'hookName': 'prestart', 'path': '/x'}] |"
                        + " containerEdits.hooks[0].hookName: 'prestart' hooks are not run by this"
                        + " runtime; createContainer, startContainer, poststart, poststop hooks are",
                "'hooks': [{'hookName': 'x', 'path': '/x'}] | containerEdits.hooks[0].hookName 'x'"
                        + " is not one of createContainer, startContainer, poststart, poststop",
                "'hooks': [{'hookName': 'poststop', 'path': 'x'}] | containerEdits.hooks[0].path"
                        + " 'x' is not absolute",
                "'hooks': [{'hookName': 'poststop', 'path': '/x', 'env': ['X']}] |"
                        + " containerEdits.hooks[0].env: 'X' is not NAME=value",
                "'hooks': [{'hookName': 'poststop', 'path': '/x', 'timeout': 0}] |"
                        + " containerEdits.hooks[0].timeout 0 is not within 1 to 3600 seconds",
                "'hooks': [{'hookName': 'poststop', 'path': '/x', 'user': 1}] |"
                        + " containerEdits.hooks[0].user is not known",
                "'netDevices': [{'name': 'eth1'}] | containerEdits.netDevices: this runtime moves"
                        + " no interface into a container; a CNI plugin (host-device) can",
                "'intelRdt': {'closID': 'x'} | containerEdits.intelRdt: cache and memory bandwidth"
                        + " are not limited by this runtime",
                "'env': ['X'] | containerEdits.env: 'X' is not NAME=value",
                "'deviceNodes': [{'path': 'x'}] | containerEdits.deviceNodes.path 'x' is not an"
                        + " absolute path",
                "'deviceNodes': [{'path': '/x', 'permissions': 'a'}] |"
                        + " containerEdits.deviceNodes.permissions 'a' is not made of r, w and m",
                "'deviceNodes': [{'path': '/x', 'uid': -1}] | containerEdits.deviceNodes.uid -1 is"
                        + " not within 0 to 4294967294",
                "'mounts': [{'hostPath': '/x', 'containerPath': '/y', 'type': 'tmpfs'}] |"
                        + " containerEdits.mounts.type 'tmpfs': only host paths are mounted",
                "'mounts': [{'hostPath': '/x', 'containerPath': '/y', 'options': ['z']}] |"
                        + " containerEdits.mounts[/y].options: 'z' is not known",
            })
    void edits_thatAreNotDoneHere_areRefusedByName(String edits, String message)
            throws IOException {
        Files.writeString(
                etc.resolve("x.json"),
                "{'cdiVersion': '0.6.0', 'kind': 'v/c', 'devices': [{'name': 'd'}],"
                                .replace('\'', '"')
                        + "\"containerEdits\": {%s}}".formatted(edits.replace('\'', '"')));

        assertThatThrownBy(() -> edits("v/c=d"))
                .hasMessageEndingWith("%s cannot be used: %s", etc.resolve("x.json"), message);
    }

    private CdiEdits edits(String... names) throws IOException {
        return devices.edits(Arrays.stream(names).map(CdiDeviceName::new).toList());
    }

    private static void spec(Path directory, String name, String env) throws IOException {
        Files.writeString(
                directory.resolve(name),
                """
                {"cdiVersion": "0.6.0", "kind": "v.com/c",
                 "devices": [{"name": "d", "containerEdits": {"env": %s}}]}
                """
                        .formatted(env));
    }
}
