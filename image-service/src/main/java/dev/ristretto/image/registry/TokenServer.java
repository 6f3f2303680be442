// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.image.registry.Credentials.IdentityToken;
import dev.ristretto.image.registry.EndpointFailure.Reason;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Gets access tokens (distribution's token and oauth documents): by GET with basic credentials or
 * none, by POST for an identity token.
 */
final class TokenServer {
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;
    private static final String CLIENT_ID = "ristretto";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final HttpExchanges exchanges;

    TokenServer(HttpExchanges exchanges) {
        this.exchanges = exchanges;
    }

    String token(Request wanted) throws IOException {
        var server = URI.create(wanted.realm.replace(" ", "%20"));
        var name = server.getScheme() + "://" + server.getAuthority();
        try (var answer =
                exchanges.send(wanted.endpoint.tls().withoutClientKeys(), toHttp(wanted))) {
            if (answer.status() != 200) {
                throw new EndpointFailure(
                        answer.status() == 429 || answer.status() >= 500
                                ? Reason.UNREACHABLE
                                : Reason.DENIED,
                        wanted.endpoint.name(),
                        "token server %s answered %s (%s)"
                                .formatted(name, answer.described(), givenOrNot(wanted)),
                        null);
            }
            var json = parse(answer.bytes(MAX_ANSWER_BYTES), wanted, name);
            var token = json.path("token").asText(json.path("access_token").asText(""));
            // A line break would let the server write headers of its own.
            if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw broken(wanted, name, "an answer without a usable token");
            }
            return token;
        }
    }

    private static String givenOrNot(Request wanted) {
        return wanted.credentials.given()
                ? "the credentials given were refused"
                : "no credentials were given";
    }

    private static JsonNode parse(byte[] answer, Request wanted, String name) throws IOException {
        try {
            return MAPPER.readTree(answer);
        } catch (JsonProcessingException e) {
            // Without its cause: the parser quotes the text, which may hold a token.
            throw broken(wanted, name, "an answer that is not JSON");
        }
    }

    private static EndpointFailure broken(Request wanted, String name, String what) {
        return new EndpointFailure(
                Reason.BROKEN,
                wanted.endpoint.name(),
                "token server " + name + " gave " + what,
                null);
    }

    private static HttpRequest toHttp(Request wanted) throws EndpointFailure {
        var parameters = new LinkedHashMap<String, String>();
        if (!wanted.service.isEmpty()) {
            parameters.put("service", wanted.service);
        }
        parameters.put("scope", wanted.scope);
        try {
            if (wanted.credentials instanceof IdentityToken(var token)) {
                parameters.put("grant_type", "refresh_token");
                parameters.put("refresh_token", token);
                parameters.put("client_id", CLIENT_ID);
                return HttpExchanges.request(URI.create(wanted.realm))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(encoded(parameters)))
                        .build();
            }
            var basic = EndpointAuth.basicOf(wanted.credentials);
            basic.ifPresent(b -> parameters.put("account", b.username()));
            var separator = wanted.realm.indexOf('?') < 0 ? "?" : "&";
            var builder =
                    HttpExchanges.request(
                            URI.create(wanted.realm + separator + encoded(parameters)));
            basic.ifPresent(b -> builder.header("Authorization", EndpointAuth.basicHeader(b)));
            return builder.GET().build();
        } catch (IllegalArgumentException e) {
            throw new EndpointFailure(
                    Reason.BROKEN,
                    wanted.endpoint.name(),
                    "its challenge names a token server that is not an address",
                    null);
        }
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(
                        p ->
                                p.getKey()
                                        + "="
                                        + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /**
     * What is asked of the token server, and for whom.
     *
     * @param endpoint the registry whose challenge this answers
     */
    record Request(
            Endpoint endpoint,
            String realm,
            String service,
            String scope,
            Credentials credentials) {}
}
