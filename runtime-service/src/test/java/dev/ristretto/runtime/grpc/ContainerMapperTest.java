// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static dev.ristretto.runtime.spec.SeccompProfile.Type.LOCALHOST;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.KernelString;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.plan.StopSignal;
import dev.ristretto.runtime.spec.CdiDeviceName;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerMetadata;
import dev.ristretto.runtime.spec.DeviceConfig;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.ImageMount;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountOption;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.spec.StdioConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import runtime.v1.CDIDevice;
import runtime.v1.Device;
import runtime.v1.IDMapping;
import runtime.v1.ImageSpec;
import runtime.v1.KeyValue;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.Mount;
import runtime.v1.Signal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class ContainerMapperTest {
    private static final SeccompProfile UNSET = new SeccompProfile(LOCALHOST, "/unset.json");

    private static runtime.v1.ContainerConfig.Builder full() {
        return runtime.v1.ContainerConfig.newBuilder()
                .setMetadata(runtime.v1.ContainerMetadata.newBuilder().setName("web").setAttempt(2))
                .setImage(
                        ImageSpec.newBuilder().setImage("sha256:1a").setUserSpecifiedImage("web:1"))
                .addCommand("/bin/sh")
                .addArgs("-c")
                .setWorkingDir("/srv")
                .addEnvs(env("LANG", ByteString.copyFromUtf8("C")))
                .addMounts(
                        Mount.newBuilder()
                                .setContainerPath("/data")
                                .setHostPath("/host")
                                .setReadonly(true)
                                .setRecursiveReadOnly(true))
                .addDevices(
                        Device.newBuilder()
                                .setContainerPath("/dev/a")
                                .setHostPath("/dev/b")
                                .setPermissions("rw"))
                .putLabels("role", "front")
                .putAnnotations("restarts", "4")
                .setLogPath("web/0.log")
                .setStdin(true)
                .setStdinOnce(true)
                .setTty(true)
                .setLinux(
                        LinuxContainerConfig.newBuilder()
                                .setResources(
                                        LinuxContainerResources.newBuilder()
                                                .setCpuShares(3)
                                                .setOomScoreAdj(-998))
                                .setSecurityContext(
                                        LinuxContainerSecurityContext.newBuilder()
                                                .setNoNewPrivs(true)))
                .setStopSignal(Signal.SIGNAL_SIGRTMINPLUS3);
    }

    @Test
    void everyField_isTaken() {
        var linux = full().getLinux();

        assertThat(map(full()))
                .isEqualTo(
                        new ContainerConfig(
                                new ContainerMetadata("web", 2),
                                "sha256:1a",
                                "web:1",
                                List.of("/bin/sh"),
                                List.of("-c"),
                                "/srv",
                                List.of(new EnvironmentVariable("LANG", "C")),
                                List.of(
                                        new MountConfig(
                                                "/data",
                                                "/host",
                                                true,
                                                true,
                                                MountConfig.Propagation.PRIVATE)),
                                List.of(new DeviceConfig("/dev/a", "/dev/b", "rw")),
                                List.of(),
                                Map.of("role", "front"),
                                Map.of("restarts", "4"),
                                "web/0.log",
                                new StdioConfig(true, true, true),
                                ResourcesMapper.fromProto(linux.getResources()),
                                -998,
                                SecurityMapper.fromProto(linux.getSecurityContext(), UNSET, false),
                                "SIGRTMIN+3"));
    }

    @Test
    void noField_isOverlooked() {
        Fields.of(runtime.v1.ContainerConfig.getDescriptor())
                .tried("metadata", "image", "command", "args", "working_dir", "envs", "mounts")
                .tried("devices", "labels", "annotations", "log_path", "stdin", "stdin_once")
                .tried("tty", "linux", "CDI_devices", "stop_signal")
                .leftOut("of another system", "windows")
                .areAll();
        Fields.of(Mount.getDescriptor())
                .tried("container_path", "host_path", "readonly", "propagation")
                .tried("uidMappings", "gidMappings", "recursive_read_only", "image")
                .tried("mount_options", "image_sub_path")
                .leftOut("clients send it to hosts that have SELinux", "selinux_relabel")
                .areAll();
        Fields.of(Device.getDescriptor())
                .tried("container_path", "host_path", "permissions")
                .areAll();
    }

    @Test
    void nameAndImageAlone_meanDefaults() {
        var config = map(minimal());

        assertThat(config.command()).isEmpty();
        assertThat(config.args()).isEmpty();
        assertThat(config.workingDir()).isEmpty();
        assertThat(config.logPath()).isEmpty();
        assertThat(config.stdio()).isEqualTo(new StdioConfig(false, false, false));
        assertThat(config.limits()).isEqualTo(CgroupLimits.none());
        assertThat(config.oomScoreAdj()).isZero();
        assertThat(config.stopSignal()).isEmpty();
        assertThat(config.security())
                .isEqualTo(
                        SecurityMapper.fromProto(
                                LinuxContainerSecurityContext.getDefaultInstance(), UNSET, false));
    }

    @Test
    void emptyListsOfPaths_ofTheKubelet_areProcMountUnmasked() {
        var kubelets = minimal().putLabels("io.kubernetes.container.name", "main");

        assertThat(map(kubelets).security().maskedPaths()).isEmpty();
        assertThat(map(kubelets).security().readonlyPaths()).isEmpty();
        assertThat(map(minimal()).security().maskedPaths()).isNotEmpty();
    }

    @Test
    void environment_keepsBytesThatAreNoText() {
        var bytes = ByteString.copyFrom(new byte[] {'a', (byte) 0xff, (byte) 0xfe});

        var value = map(minimal().addEnvs(env("X", bytes))).envs().getFirst().value();

        assertThat(KernelString.encode(value)).isEqualTo(bytes.toByteArray());
    }

    @ParameterizedTest
    @EnumSource(Signal.class)
    void everyStopSignal_isOneOfTheKernelsAndComesBack(Signal signal) {
        if (signal == Signal.UNRECOGNIZED || signal == Signal.SIGNAL_RUNTIME_DEFAULT) {
            return;
        }
        int number = StopSignal.of(map(minimal().setStopSignal(signal)).stopSignal(), "");

        var back = ContainerMapper.signal(number);

        assertThat(StopSignal.of(map(minimal().setStopSignal(back)).stopSignal(), ""))
                .isEqualTo(number);
    }

    @Test
    void signalThatTheCriHasNoNameFor_isTheDefault() {
        assertThat(ContainerMapper.signal(99)).isEqualTo(Signal.SIGNAL_RUNTIME_DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "PROPAGATION_PRIVATE, PRIVATE",
        "PROPAGATION_HOST_TO_CONTAINER, HOST_TO_CONTAINER",
        "PROPAGATION_BIDIRECTIONAL, BIDIRECTIONAL",
    })
    void propagation_comesBackAsItWent(
            runtime.v1.MountPropagation sent, MountConfig.Propagation taken) {
        var mount = mount().setPropagation(sent).build();

        var config = map(minimal().addMounts(mount)).mounts().getFirst();

        assertThat(config.propagation()).isEqualTo(taken);
        assertThat(ContainerMapper.toProto(config).build()).isEqualTo(mount);
    }

    @Test
    void whatIsMissing_isRefused() {
        refused(full().clearMetadata(), "config.metadata is missing");
        refused(
                full().setMetadata(minimal().getMetadata().toBuilder().clearName()),
                "config.metadata.name is empty");
        refused(full().clearImage(), "config.image.image is empty");
    }

    @Test
    void whatContradicts_isRefused() {
        refused(full().setStdin(false), "config.stdin_once is set, but config.stdin is not");
        refused(
                minimal().addMounts(mount().setRecursiveReadOnly(true)),
                "mounts[/c].recursive_read_only needs readonly and private propagation");
    }

    @Test
    void whatCannotBe_isRefusedByItsField() {
        refused(
                minimal().addEnvs(env("A=B", ByteString.EMPTY)),
                "config.envs: 'A=B' is empty or has '=' and cannot name a variable");
        refused(
                minimal().addEnvs(env("", ByteString.EMPTY)),
                "config.envs: '' is empty or has '=' and cannot name a variable");
        refused(
                minimal().addEnvs(env("A", ByteString.copyFromUtf8("x\0y"))),
                "config.envs: 'A' has a NUL");
        refused(
                minimal().addMounts(mount().setContainerPath("c")),
                "mounts.container_path 'c' is not an absolute path");
        refused(
                minimal().addMounts(mount().setHostPath("")),
                "mounts.host_path '' is not an absolute path");
        refused(
                minimal().addMounts(mount().setPropagationValue(7)),
                "mounts[/c].propagation 7 does not exist");
        refused(
                minimal().addDevices(Device.newBuilder().setContainerPath("/d").setHostPath("d")),
                "devices: 'd' on '/d' are not both absolute paths");
        refused(
                minimal()
                        .addDevices(
                                Device.newBuilder()
                                        .setContainerPath("/d")
                                        .setHostPath("/d")
                                        .setPermissions("rx")),
                "devices[/d].permissions 'rx' is not made of r, w and m");
        refused(minimal().setStopSignalValue(999), "config.stop_signal does not exist");
    }

    @Test
    void cdiDevices_areThoseOfTheFieldAndOfAnnotations_eachOnce() {
        var config =
                minimal()
                        .addCDIDevices(CDIDevice.newBuilder().setName("vendor.com/gpu=1"))
                        .putAnnotations("cdi.k8s.io/plugin_x", "vendor.com/gpu=0,vendor.com/gpu=1")
                        .putAnnotations("other", "vendor.com/gpu=7");

        assertThat(map(config).cdiDevices())
                .containsExactly(
                        new CdiDeviceName("vendor.com/gpu=1"),
                        new CdiDeviceName("vendor.com/gpu=0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gpu",
                "vendor.com/gpu",
                "vendor.com/gpu=",
                "/gpu=0",
                "-v/g=0",
                "v/g=0,"
            })
    void cdiDevice_thatIsNoQualifiedName_isRefused(String name) {
        var message = "CDI device '%s' is not of the form vendor.com/class=name".formatted(name);

        refused(minimal().addCDIDevices(CDIDevice.newBuilder().setName(name)), message);
    }

    @Test
    void mountOfAnImage_isTaken() {
        var mount =
                Mount.newBuilder()
                        .setContainerPath("/c")
                        .setReadonly(true)
                        .setImage(ImageSpec.newBuilder().setImage("x:1").setUserSpecifiedImage("x"))
                        .setImageSubPath("etc");

        assertThat(map(minimal().addMounts(mount)).mounts())
                .containsExactly(
                        new MountConfig(
                                "/c",
                                "",
                                true,
                                false,
                                MountConfig.Propagation.PRIVATE,
                                Optional.of(new ImageMount("x:1", "x", "etc")),
                                List.of()));
    }

    @Test
    void mountOfAnImage_thatContradictsItself_isRefused() {
        var image = Mount.newBuilder().setContainerPath("/c").setReadonly(true);
        image.setImage(ImageSpec.newBuilder().setImage("x:1"));
        var needs =
                "mounts[/c].image needs readonly and private propagation: many containers share an"
                        + " image's files";

        refused(minimal().addMounts(image.clone().setReadonly(false)), needs);
        refused(minimal().addMounts(image.clone().setPropagationValue(1)), needs);
        refused(
                minimal().addMounts(image.clone().setHostPath("/h")),
                "mounts[/c]: image and host_path '/h' exclude each other");
        refused(
                minimal().addMounts(image.clone().clearImage().setImageSubPath("etc")),
                "mounts[/c].image_sub_path 'etc' is set, but mounts.image is not");
    }

    @Test
    void mountOptions_comeBackAsTheyWent() {
        var mount = mount().addMountOptions("noexec").addMountOptions("nosuid").build();

        var config = map(minimal().addMounts(mount)).mounts().getFirst();

        assertThat(config.options()).containsExactly(MountOption.NOEXEC, MountOption.NOSUID);
        assertThat(ContainerMapper.toProto(config).build()).isEqualTo(mount);
        refused(
                minimal().addMounts(mount().addMountOptions("rw")),
                "mounts[/c].mount_options: 'rw' is not one of [noexec, nodev, nosuid, nosymfollow,"
                        + " noatime, nodiratime, relatime, strictatime]");
    }

    @Test
    void mappingsOfAMount_areTakenAndEchoed() {
        var mapping = IDMapping.newBuilder().setHostId(100_000).setLength(65_536).build();
        var mapped = mount().addUidMappings(mapping).addGidMappings(mapping);

        var mount = map(minimal().addMounts(mapped)).mounts().getFirst();

        assertThat(mount.ids()).isEqualTo(new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536))));
        assertThat(ContainerMapper.toProto(mount).build()).isEqualTo(mapped.build());
        refused(
                minimal().addMounts(mount().addUidMappings(mapping)),
                "mounts[/c].uidMappings and gidMappings differ; give both the same mappings");
    }

    @Test
    void emptyImageOfAMount_isNone() {
        var mount = mount().setImage(ImageSpec.getDefaultInstance());

        assertThat(map(minimal().addMounts(mount)).mounts()).hasSize(1);
    }

    private static runtime.v1.ContainerConfig.Builder minimal() {
        return runtime.v1.ContainerConfig.newBuilder()
                .setMetadata(runtime.v1.ContainerMetadata.newBuilder().setName("web"))
                .setImage(ImageSpec.newBuilder().setImage("web:1"));
    }

    private static Mount.Builder mount() {
        return Mount.newBuilder().setContainerPath("/c").setHostPath("/h");
    }

    private static KeyValue.Builder env(String name, ByteString value) {
        return KeyValue.newBuilder().setKey(name).setValue(value);
    }

    private static ContainerConfig map(runtime.v1.ContainerConfig.Builder config) {
        return ContainerMapper.fromProto(config.build(), UNSET);
    }

    private static void refused(runtime.v1.ContainerConfig.Builder config, String message) {
        assertThat(Refusal.of(() -> map(config)))
                .isEqualTo(new Refusal(FaultKind.INVALID_ARGUMENT, message));
    }
}
