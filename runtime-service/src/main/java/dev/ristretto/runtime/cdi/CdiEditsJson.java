// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.cdi;

import com.fasterxml.jackson.databind.JsonNode;

import dev.ristretto.runtime.spec.CdiDeviceNode;
import dev.ristretto.runtime.spec.CdiEdits;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;
import dev.ristretto.runtime.spec.MountOption;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads {@code containerEdits}. What is not done here is refused by its name. */
final class CdiEditsJson {
    private static final String ALL_ACCESS = "rwm";
    private static final long HIGHEST_ID = (1L << 32) - 2;
    private static final int PERMISSIONS = 07777;

    private final Path file;
    private final String where;

    private CdiEditsJson(Path file, String where) {
        this.file = file;
        this.where = where;
    }

    static CdiEdits parse(Path file, String where, JsonNode edits) throws InvalidSpecException {
        return new CdiEditsJson(file, where).parse(edits);
    }

    private CdiEdits parse(JsonNode edits) throws InvalidSpecException {
        CdiSpecJson.requireKnown(
                edits,
                where + ".",
                Set.of(
                        "env",
                        "deviceNodes",
                        "mounts",
                        "hooks",
                        "additionalGids",
                        "intelRdt",
                        "netDevices"));
        if (!edits.path("intelRdt").isEmpty()) {
            throw new InvalidSpecException(
                    "%s.intelRdt: cache and memory bandwidth are not limited by this runtime"
                            .formatted(where));
        }
        if (!edits.path("netDevices").isEmpty()) {
            throw new InvalidSpecException(
                    "%s.netDevices: this runtime moves no interface into a container; a CNI plugin"
                                    .formatted(where)
                            + " (host-device) can");
        }
        return new CdiEdits(
                env(edits.path("env")),
                deviceNodes(edits.path("deviceNodes")),
                mounts(edits.path("mounts")),
                gids(edits.path("additionalGids")),
                CdiHooksJson.parse(where, edits.path("hooks")));
    }

    private List<EnvironmentVariable> env(JsonNode list) throws InvalidSpecException {
        var env = new ArrayList<EnvironmentVariable>();
        for (var entry : list) {
            int equals = entry.asText().indexOf('=');
            if (equals <= 0) {
                throw new InvalidSpecException(
                        "%s.env: '%s' is not NAME=value".formatted(where, entry.asText()));
            }
            env.add(
                    new EnvironmentVariable(
                            entry.asText().substring(0, equals),
                            entry.asText().substring(equals + 1)));
        }
        return env;
    }

    private List<CdiDeviceNode> deviceNodes(JsonNode list) throws InvalidSpecException {
        var nodes = new ArrayList<CdiDeviceNode>();
        for (var node : list) {
            CdiSpecJson.requireKnown(
                    node,
                    where + ".deviceNodes.",
                    Set.of(
                            "path",
                            "hostPath",
                            "type",
                            "major",
                            "minor",
                            "fileMode",
                            "permissions",
                            "uid",
                            "gid"));
            var path = absolute("deviceNodes.path", node.path("path").asText());
            var host = node.path("hostPath").asText(path);
            var permissions = node.path("permissions").asText(ALL_ACCESS);
            if (!permissions.matches("[rwm]{1,3}")) {
                throw new InvalidSpecException(
                        "%s.deviceNodes.permissions '%s' is not made of r, w and m"
                                .formatted(where, permissions));
            }
            var mode = number("deviceNodes.fileMode", node.path("fileMode"), 0177777);
            nodes.add(
                    new CdiDeviceNode(
                            file.toString(),
                            path,
                            absolute("deviceNodes.hostPath", host),
                            permissions,
                            mode.isPresent()
                                    ? Optional.of((int) mode.getAsLong() & PERMISSIONS)
                                    : Optional.empty(),
                            number("deviceNodes.uid", node.path("uid"), HIGHEST_ID),
                            number("deviceNodes.gid", node.path("gid"), HIGHEST_ID)));
        }
        return nodes;
    }

    private List<MountConfig> mounts(JsonNode list) throws InvalidSpecException {
        var mounts = new ArrayList<MountConfig>();
        for (var mount : list) {
            CdiSpecJson.requireKnown(
                    mount,
                    where + ".mounts.",
                    Set.of("hostPath", "containerPath", "options", "type"));
            var type = mount.path("type").asText("bind");
            if (!type.equals("bind") && !type.equals("none")) {
                throw new InvalidSpecException(
                        "%s.mounts.type '%s': only host paths are mounted".formatted(where, type));
            }
            var container = absolute("mounts.containerPath", mount.path("containerPath").asText());
            mounts.add(mount(container, mount));
        }
        return mounts;
    }

    private MountConfig mount(String container, JsonNode mount) throws InvalidSpecException {
        var readonly = false;
        var recursive = false;
        var propagation = Propagation.PRIVATE;
        var options = new ArrayList<MountOption>();
        for (var option : mount.path("options")) {
            switch (option.asText()) {
                case "bind", "rbind", "rw", "private", "rprivate", "exec", "suid", "dev" -> {}
                case "ro" -> readonly = true;
                case "rro" -> recursive = true;
                case "slave", "rslave" -> propagation = Propagation.HOST_TO_CONTAINER;
                case "shared", "rshared" -> propagation = Propagation.BIDIRECTIONAL;
                default -> options.add(option(container, option.asText()));
            }
        }
        return new MountConfig(
                container,
                absolute("mounts.hostPath", mount.path("hostPath").asText()),
                readonly || recursive,
                recursive,
                propagation,
                Optional.empty(),
                options);
    }

    private MountOption option(String container, String text) throws InvalidSpecException {
        return MountOption.find(text)
                .orElseThrow(
                        () ->
                                new InvalidSpecException(
                                        "%s.mounts[%s].options: '%s' is not known"
                                                .formatted(where, container, text)));
    }

    private List<Long> gids(JsonNode list) throws InvalidSpecException {
        var gids = new ArrayList<Long>();
        for (var gid : list) {
            number("additionalGids", gid, HIGHEST_ID).ifPresent(gids::add);
        }
        return gids;
    }

    private OptionalLong number(String field, JsonNode value, long highest)
            throws InvalidSpecException {
        if (value.isMissingNode() || value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || value.longValue() < 0 || value.longValue() > highest) {
            throw new InvalidSpecException(
                    "%s.%s %s is not within 0 to %d".formatted(where, field, value, highest));
        }
        return OptionalLong.of(value.longValue());
    }

    private String absolute(String field, String path) throws InvalidSpecException {
        if (!path.startsWith("/") || path.indexOf(0) >= 0) {
            throw new InvalidSpecException(
                    "%s.%s '%s' is not an absolute path"
                            .formatted(where, field, path.replace("\0", "\\0")));
        }
        return path;
    }
}
