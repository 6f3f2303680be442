// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.registry.Credentials.Anonymous;
import dev.ristretto.image.registry.Credentials.AuthFields;
import dev.ristretto.image.registry.Credentials.Basic;
import dev.ristretto.image.registry.Credentials.IdentityToken;
import dev.ristretto.image.registry.Credentials.RegistryToken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

class CredentialsTest {
    @Test
    void of_nothing_isAnonymous() {
        assertThat(Credentials.of(fields("", "", "", "", "", ""))).isEqualTo(new Anonymous());
    }

    @Test
    void of_userAndPassword_comesBeforeTokens() {
        assertThat(Credentials.of(fields("u", "p", "x", "", "i", "r")))
                .isEqualTo(new Basic("u", "p"));
    }

    @Test
    void of_auth_isDecoded_withoutTheZeroBytesOfOldDocker() {
        assertThat(Credentials.of(fields("", "", base64("u:p:q\0\0"), "", "", "")))
                .isEqualTo(new Basic("u", "p:q"));
    }

    @Test
    void of_tokens_areKept() {
        assertThat(Credentials.of(fields("", "", "", "", "i", "r")))
                .isEqualTo(new IdentityToken("i"));
        assertThat(Credentials.of(fields("", "", "", "", "", "r")))
                .isEqualTo(new RegistryToken("r"));
    }

    @ParameterizedTest
    @CsvSource({"s3cret!, is not base64", "czNjcmV0, is not base64 of name:password"})
    void of_badAuth_isRefusedWithoutShowingIt(String auth, String expected) {
        assertThatThrownBy(() -> Credentials.of(fields("", "", auth, "", "", "")))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining(expected)
                .hasMessageNotContainingAny("s3cret", "czNj");
    }

    @ParameterizedTest
    @CsvSource({
        "https://index.docker.io/v1/, registry-1.docker.io, true",
        "docker.io, registry-1.docker.io, true",
        "registry.example:5000, registry.example:5000, true",
        "https://Registry.Example/v2/, registry.example, true",
        "registry.example, mirror.example, false",
        "registry.example, registry.example:5000, false",
    })
    void at_showsThemOnlyToTheServerTheyAreFor(String server, String endpoint, boolean shown) {
        var credentials = Credentials.of(fields("u", "p", "", server, "", ""));

        assertThat(credentials.at(endpoint).given()).isEqualTo(shown);
    }

    @Test
    void toString_showsNoSecret() {
        var fields = fields("u", "geheim", "", "h", "geheim", "geheim");

        assertThat(fields.toString() + Credentials.of(fields)).doesNotContain("geheim");
        assertThat(new IdentityToken("geheim").toString() + new RegistryToken("geheim"))
                .doesNotContain("geheim");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static AuthFields fields(
            String user, String password, String auth, String server, String id, String token) {
        return new AuthFields(user, password, auth, server, id, token);
    }
}
