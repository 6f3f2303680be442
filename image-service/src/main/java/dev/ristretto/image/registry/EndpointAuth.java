// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.image.registry.Credentials.Anonymous;
import dev.ristretto.image.registry.Credentials.Basic;
import dev.ristretto.image.registry.Credentials.ForServer;
import dev.ristretto.image.registry.Credentials.IdentityToken;
import dev.ristretto.image.registry.Credentials.RegistryToken;
import dev.ristretto.image.registry.EndpointFailure.Reason;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one pull shows to one endpoint. Nothing is sent before the endpoint asks, except a bearer
 * token that the caller already has. All layers of a pull share what the first of them obtained.
 */
final class EndpointAuth {
    private final Endpoint endpoint;
    private final String repository;
    private final Credentials credentials;
    private final TokenServer tokens;
    private final ReentrantLock renewal = new ReentrantLock();
    private volatile Optional<String> header;

    EndpointAuth(
            Endpoint endpoint, String repository, Credentials credentials, TokenServer tokens) {
        this.endpoint = endpoint;
        this.repository = repository;
        this.credentials = credentials.at(endpoint.host());
        this.tokens = tokens;
        this.header =
                this.credentials instanceof RegistryToken(var token)
                        ? Optional.of("Bearer " + token)
                        : Optional.empty();
    }

    /** The {@code Authorization} to send. */
    Optional<String> header() {
        return header;
    }

    /** Whether the caller gave credentials for this endpoint: part of a refusal's message. */
    boolean credentialsGiven() {
        return credentials.given();
    }

    /**
     * Answers a 401.
     *
     * @param refused what was sent when the endpoint refused
     * @return whether there is something new to try
     */
    boolean renew(Optional<String> refused, List<String> challengeHeaders) throws IOException {
        renewal.lock();
        try {
            if (!header.equals(refused)) {
                return true; // another layer's request has just been through this
            }
            var next = answer(Challenge.parse(challengeHeaders));
            header = next.or(() -> refused);
            return next.isPresent() && !next.equals(refused);
        } finally {
            renewal.unlock();
        }
    }

    private Optional<String> answer(List<Challenge> challenges) throws IOException {
        if (credentials instanceof RegistryToken) {
            return Optional.empty(); // it is sent as it is or not at all
        }
        for (var challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                return Optional.of("Bearer " + tokens.token(request(challenge)));
            }
        }
        for (var challenge : challenges) {
            if (challenge.scheme().equals("basic") && credentials instanceof Basic basic) {
                return Optional.of(basicHeader(basic));
            }
        }
        return Optional.empty();
    }

    private TokenServer.Request request(Challenge challenge) throws EndpointFailure {
        var realm = challenge.parameter("realm");
        // A registry reached by TLS may not have us send a password in the clear.
        boolean encrypted = realm.startsWith("https://");
        if (!encrypted
                && !(realm.startsWith("http://") && endpoint.base().getScheme().equals("http"))) {
            throw new EndpointFailure(
                    Reason.BROKEN,
                    endpoint.name(),
                    "its challenge names the token server '%s', which is not an https address"
                            .formatted(realm),
                    null);
        }
        var scope = challenge.parameter("scope");
        return new TokenServer.Request(
                endpoint,
                realm,
                challenge.parameter("service"),
                scope.isEmpty() ? "repository:" + repository + ":pull" : scope,
                credentials);
    }

    /** The value of {@code Authorization} for a name and a password (RFC 7617). */
    static String basicHeader(Basic basic) {
        var pair = basic.username() + ":" + basic.password();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Which credentials a token server can use, for its own request. */
    static Optional<Basic> basicOf(Credentials credentials) {
        return switch (credentials) {
            case Basic basic -> Optional.of(basic);
            case Anonymous _, IdentityToken _, RegistryToken _, ForServer _ -> Optional.empty();
        };
    }
}
