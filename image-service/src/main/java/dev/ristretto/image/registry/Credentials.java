// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.fault.RuntimeFault;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Who pulls. Values are compared, to join equal pulls; their {@code toString} shows no secret. */
public sealed interface Credentials {
    /** Nobody in particular. */
    record Anonymous() implements Credentials {}

    /** A name and a password, for basic authentication or for a token server. */
    record Basic(String username, String password) implements Credentials {
        @Override
        public String toString() {
            return "Basic[***]";
        }
    }

    /** A refresh token, which a token server changes for access tokens. */
    record IdentityToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "IdentityToken[***]";
        }
    }

    /** A bearer token, passed to the registry as it is. */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "RegistryToken[***]";
        }
    }

    /** For one host only: to every other host the caller is anonymous. */
    record ForServer(String host, Credentials credentials) implements Credentials {}

    /** What is shown to this endpoint when it asks. */
    default Credentials at(String endpointHost) {
        return switch (this) {
            case ForServer(var host, var own) ->
                    host.equals(DockerHub.canonical(endpointHost)) ? own : new Anonymous();
            case Anonymous _, Basic _, IdentityToken _, RegistryToken _ -> this;
        };
    }

    /** Whether there is anything to show. */
    default boolean given() {
        return !(this instanceof Anonymous);
    }

    /**
     * Reads the fields of the CRI's {@code AuthConfig}, of which any may be empty. The first that
     * is there counts: username, auth, identity token, registry token.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if {@code auth} is not base64 of {@code
     *     name:password}; the message does not show it
     */
    static Credentials of(AuthFields fields) {
        var credentials = own(fields);
        if (fields.serverAddress().isEmpty() || !credentials.given()) {
            return credentials;
        }
        return new ForServer(DockerHub.canonical(hostOf(fields.serverAddress())), credentials);
    }

    private static Credentials own(AuthFields fields) {
        if (!fields.username().isEmpty()) {
            return new Basic(fields.username(), fields.password());
        }
        if (!fields.auth().isEmpty()) {
            return decoded(fields.auth());
        }
        if (!fields.identityToken().isEmpty()) {
            return new IdentityToken(fields.identityToken());
        }
        if (!fields.registryToken().isEmpty()) {
            return new RegistryToken(fields.registryToken());
        }
        return new Anonymous();
    }

    private static Credentials decoded(String auth) {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RuntimeFault.invalidArgument("auth.auth is not base64");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw RuntimeFault.invalidArgument("auth.auth is not base64 of name:password");
        }
        // Old Docker clients padded the password with zero bytes.
        var password = text.substring(colon + 1).replaceAll("\0+$", "");
        return new Basic(text.substring(0, colon), password);
    }

    /** The host of {@code https://host:port/v1/} or of {@code host:port}. */
    private static String hostOf(String serverAddress) {
        int scheme = serverAddress.indexOf("://");
        var rest = scheme < 0 ? serverAddress : serverAddress.substring(scheme + 3);
        int slash = rest.indexOf('/');
        return (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    }

    /** The fields of {@code runtime.v1.AuthConfig}; absent ones are empty. */
    record AuthFields(
            String username,
            String password,
            String auth,
            String serverAddress,
            String identityToken,
            String registryToken) {
        @Override
        public String toString() {
            return "AuthFields[***]";
        }
    }
}
