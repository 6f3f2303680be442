// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.random;

import runtime.v1.Device;
import runtime.v1.ImageSpec;
import runtime.v1.Mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Mounts, image volumes, devices, the root, and what is hidden. */
final class Trees {
    private static final List<String> PLACES =
            List.of("/data", "/a/deep/place", "/etc/conf.d", "/tmp/x", "/srv/www", "/opt/app");

    private static final List<String> OPTIONS = List.of("noexec", "nosuid", "nodev");

    private Trees() {}

    static void addTo(Draft draft) throws IOException {
        var places = new ArrayList<>(PLACES);
        Collections.shuffle(places, draft.random);
        for (int i = draft.random.nextInt(4); i > 0; i--) {
            directory(draft, places.removeLast());
        }
        if (draft.chance(50)) {
            file(draft, places.removeLast() + "/file.conf");
        }
        if (draft.chance(50)) {
            image(draft, places.removeLast());
        }
        if (draft.chance(50)) {
            device(draft);
        }
        boolean readonly = draft.chance(40);
        draft.security.setReadonlyRootfs(readonly);
        draft.expect(
                "readonly_rootfs",
                "grep -c ' / overlay ro,' /proc/self/mounts",
                readonly ? "1" : "0");
        hidden(draft);
    }

    private static void directory(Draft draft, String place) throws IOException {
        var token = Integer.toString(draft.random.nextInt(1_000_000));
        var source = draft.scratch.resolve("dir" + token);
        boolean missing = draft.chance(20);
        if (!missing) {
            Files.createDirectories(source);
            Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwxrwxrwx"));
            Files.writeString(source.resolve("file"), token + "\n");
            draft.expect("mounts " + place, "cat %s/file".formatted(place), token);
        }
        var mount = Mount.newBuilder().setContainerPath(place).setHostPath(source.toString());
        boolean readonly = draft.chance(40);
        mount.setReadonly(readonly);
        if (readonly && draft.chance(50)) {
            mount.setRecursiveReadOnly(true);
        }
        for (var option : OPTIONS) {
            if (draft.chance(25)) {
                mount.addMountOptions(option);
                draft.expect("mount_options", flag(place, option), "1");
            }
        }
        draft.expect("readonly " + place, flag(place, "ro"), readonly ? "1" : "0");
        if (!missing) {
            draft.expect(
                    "writing to " + place,
                    "touch %s/w 2>/dev/null; echo $?".formatted(place),
                    readonly ? "1" : "0");
        }
        draft.container.addMounts(mount);
    }

    private static void file(Draft draft, String place) throws IOException {
        var token = Integer.toString(draft.random.nextInt(1_000_000));
        var source = Files.writeString(draft.scratch.resolve("file" + token), token + "\n");
        draft.container.addMounts(
                Mount.newBuilder().setContainerPath(place).setHostPath(source.toString()));
        draft.expect("mounts " + place, "cat " + place, token);
    }

    private static void image(Draft draft, String place) {
        boolean part = draft.chance(50);
        draft.container.addMounts(
                Mount.newBuilder()
                        .setContainerPath(place)
                        .setReadonly(true)
                        .setImage(ImageSpec.newBuilder().setImage(draft.image))
                        .setImageSubPath(part ? "bin" : ""));
        var busybox = place + (part ? "/busybox" : "/bin/busybox");
        draft.expect("image volume", busybox + " echo runs", "runs");
        draft.expect("image volume is read-only", flag(place, "ro"), "1");
    }

    private static void device(Draft draft) throws IOException {
        var host = draft.oneOf(List.of("/dev/zero", "/dev/full", "/dev/fuse", "/dev/kmsg"));
        if (!Files.exists(Path.of(host))) {
            return;
        }
        var place = draft.oneOf(List.of("/dev/given", "/dev/dir/given", "/opt/given"));
        draft.container.addDevices(
                Device.newBuilder()
                        .setHostPath(host)
                        .setContainerPath(place)
                        .setPermissions(draft.oneOf(List.of("r", "rw", "rwm"))));
        var attributes = Files.readAttributes(Path.of(host), "unix:uid,gid,mode,rdev");
        long rdev = number(attributes, "rdev");
        draft.expect(
                "device " + host,
                "stat -c '%u %g %a %t:%T' " + place,
                "%d %d %o %x:%x"
                        .formatted(
                                number(attributes, "uid"),
                                number(attributes, "gid"),
                                number(attributes, "mode") & 07777,
                                rdev >> 8 & 0xfff,
                                rdev & 0xff));
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) Objects.requireNonNull(attributes.get(name))).longValue();
    }

    private static void hidden(Draft draft) {
        draft.security.addMaskedPaths("/proc/keys").addReadonlyPaths("/proc/sys");
        draft.expect("masked_paths", "cat /proc/keys 2>/dev/null | wc -c", "0");
        draft.expect("readonly_paths", flag("/proc/sys", "ro"), "1");
        boolean timers = draft.chance(50);
        if (timers) {
            draft.security.addMaskedPaths("/proc/timer_list");
        }
        draft.expect(
                "masked_paths",
                "grep -c ' /proc/timer_list ' /proc/self/mounts",
                timers && Files.exists(Path.of("/proc/timer_list")) ? "1" : "0");
        if (draft.chance(30)) {
            draft.security.addMaskedPaths("/tmp/no/such/path");
        }
    }

    /** How many mounts at a place have a flag. */
    private static String flag(String place, String flag) {
        return "grep ' %s ' /proc/self/mounts | grep -cE '[ ,]%s,'".formatted(place, flag);
    }
}
