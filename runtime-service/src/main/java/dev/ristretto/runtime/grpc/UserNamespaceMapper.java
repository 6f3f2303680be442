// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.runtime.spec.UserNamespace;

import runtime.v1.IDMapping;

import java.util.List;

/** User namespaces and mappings between protocol buffers and records. */
final class UserNamespaceMapper {
    private static final String FIELD = "namespace_options.userns_options";

    private UserNamespaceMapper() {}

    static UserNamespace fromProto(runtime.v1.UserNamespace users) {
        return new UserNamespace(
                SandboxMapper.mode("userns_options.mode", users.getMode()),
                ids(FIELD + ".uids", users.getUidsList(), FIELD + ".gids", users.getGidsList()));
    }

    static runtime.v1.UserNamespace toProto(UserNamespace users) {
        return runtime.v1.UserNamespace.newBuilder()
                .setMode(SandboxMapper.toProto(users.mode()))
                .addAllUids(toProto(users.ids()))
                .addAllGids(toProto(users.ids()))
                .build();
    }

    /** Users and groups are mapped alike: everybody's mounts and files depend on both. */
    static IdMap ids(
            String usersField, List<IDMapping> uids, String groupsField, List<IDMapping> gids) {
        if (!uids.equals(gids)) {
            throw RuntimeFault.invalidArgument(
                    "%s and %s differ; give both the same mappings", usersField, groupsField);
        }
        return new IdMap(uids.stream().map(UserNamespaceMapper::range).toList());
    }

    static List<IDMapping> toProto(IdMap ids) {
        return ids.ranges().stream().map(UserNamespaceMapper::toProto).toList();
    }

    private static IdMap.Range range(IDMapping mapping) {
        return new IdMap.Range(
                Integer.toUnsignedLong(mapping.getContainerId()),
                Integer.toUnsignedLong(mapping.getHostId()),
                Integer.toUnsignedLong(mapping.getLength()));
    }

    private static IDMapping toProto(IdMap.Range range) {
        return IDMapping.newBuilder()
                .setContainerId((int) range.containerId())
                .setHostId((int) range.hostId())
                .setLength((int) range.length())
                .build();
    }
}
