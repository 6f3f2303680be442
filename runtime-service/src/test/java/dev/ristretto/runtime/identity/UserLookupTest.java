// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.UserRequest;
import dev.ristretto.runtime.spec.UserRequest.SupplementalGroupsPolicy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class UserLookupTest {
    private final Map<String, String> files =
            new HashMap<>(
                    Map.of(
                            "/etc/passwd",
                            """
                            root:x:0:0:root:/root:/bin/sh
                            # a comment
                            broken
                            worse:x:one:1::/:
                            huge:x:99999999999:1::/:
                            app:x:1000:2000::/home/app:/bin/sh
                            app:x:1:1::/second:/bin/sh
                            77:x:1077:1077::/home/digits:
                            nohome:x:1001:1001
                            """,
                            "/etc/group",
                            """
                            root:x:0:root
                            staff:x:50000:other, app
                            wheel:x:10:app,root
                            web:x:2000:
                            """));

    private final UserLookup lookup =
            new UserLookup(
                    (path, limit) -> {
                        var content = files.get(path);
                        if (content != null && content.length() > limit) {
                            throw new FileTooLongException(path, limit);
                        }
                        return Optional.ofNullable(content)
                                .map(text -> text.getBytes(StandardCharsets.UTF_8));
                    },
                    "busybox");

    @ParameterizedTest
    @CsvSource({
        "'', 0, 0, '0,10', /root",
        "root, 0, 0, '0,10', /root",
        "app, 1000, 2000, '2000,50000,10', /home/app",
        "1000, 1000, 2000, '2000,50000,10', /home/app",
        "app:web, 1000, 2000, '2000,50000,10', /home/app",
        "app:7, 1000, 7, '7,50000,10', /home/app",
        "4242, 4242, 0, '0', /",
        "4242:4343, 4242, 4343, '4343', /",
        "4294967294, 4294967294, 0, '0', /",
        "77, 1077, 1077, '1077', /home/digits",
        "nohome, 1001, 1001, '1001', /",
        "':web', 0, 2000, '2000,0,10', /root"
    })
    void resolve_ofTheImagesUser(String user, long uid, long gid, String groups, String home)
            throws IOException {
        assertThat(lookup.resolve(UserRequest.ofImage(), user))
                .isEqualTo(new ResolvedUser(new ProcessIdentity(uid, gid, ids(groups)), home));
    }

    @Test
    void resolve_ofARequest_goesOverTheImage() throws IOException {
        assertThat(lookup.resolve(request(1000, "", -1), "root").identity().uid()).isEqualTo(1000);
        assertThat(lookup.resolve(request(-1, "app", -1), "root").identity())
                .isEqualTo(new ProcessIdentity(1000, 2000, ids("2000,50000,10")));
        assertThat(lookup.resolve(request(1000, "", 5), "root").identity())
                .isEqualTo(new ProcessIdentity(1000, 5, ids("5,50000,10")));
    }

    @Test
    void resolve_withSupplementalGroups_mergesOrNot() throws IOException {
        var merged = groups(SupplementalGroupsPolicy.MERGE);
        var strict = groups(SupplementalGroupsPolicy.STRICT);

        assertThat(lookup.resolve(merged, "").identity().groups())
                .containsExactly(2000L, 1234L, 10L, 50000L);
        assertThat(lookup.resolve(strict, "").identity().groups())
                .containsExactly(2000L, 1234L, 10L);
    }

    @Test
    void resolve_inAnImageWithoutFiles_takesNumbers() throws IOException {
        files.clear();

        assertThat(lookup.resolve(request(1000, "", 1000), ""))
                .isEqualTo(new ResolvedUser(new ProcessIdentity(1000, 1000, List.of(1000L)), "/"));
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, the image's User 'nobody' is not in /etc/passwd of image busybox",
        "app:nogroup, the group of the image's User 'app:nogroup' is not in /etc/group",
        "-1, the image's User '-1' is not in",
        "4294967295, the image's User '4294967295' is not in",
        "huge, the image's User 'huge' is not in"
    })
    void resolve_ofAStranger_saysWhoAndWhere(String user, String message) {
        assertThatThrownBy(() -> lookup.resolve(UserRequest.ofImage(), user))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining(message)
                .hasMessageContaining("run_as_user");
    }

    @Test
    void resolve_ofAStrangerAskedFor_namesTheField() {
        assertThatThrownBy(() -> lookup.resolve(request(-1, "ghost", -1), ""))
                .hasMessageContaining("security_context.run_as_username 'ghost' is not in");
    }

    @Test
    void resolve_withAPasswdThatIsNoList_isRefused() {
        files.put("/etc/passwd", "x".repeat(5 << 20));

        assertThatThrownBy(() -> lookup.resolve(UserRequest.ofImage(), "app"))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining("/etc/passwd of the image: it is longer than");
    }

    private static UserRequest request(long uid, String name, long gid) {
        return new UserRequest(
                uid < 0 ? OptionalLong.empty() : OptionalLong.of(uid),
                name,
                gid < 0 ? OptionalLong.empty() : OptionalLong.of(gid),
                List.of(),
                SupplementalGroupsPolicy.MERGE);
    }

    private static UserRequest groups(SupplementalGroupsPolicy policy) {
        return new UserRequest(
                OptionalLong.of(1000), "", OptionalLong.empty(), List.of(1234L, 10L), policy);
    }

    private static List<Long> ids(String text) {
        return Arrays.stream(text.split(",")).map(Long::valueOf).toList();
    }
}
