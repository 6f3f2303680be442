// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.image.registry.EndpointFailure.Reason;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Optional;

/** Asks one endpoint, for one pull: with authentication, and through redirects. */
final class EndpointClient {
    private static final int MAX_REDIRECTS = 10;
    private static final int MAX_RENEWALS = 2;

    private final Endpoint endpoint;
    private final EndpointAuth auth;
    private final HttpExchanges exchanges;

    EndpointClient(Endpoint endpoint, EndpointAuth auth, HttpExchanges exchanges) {
        this.endpoint = endpoint;
        this.auth = auth;
        this.exchanges = exchanges;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Sends a request and expects success.
     *
     * @param headers for this request, besides the endpoint's own
     * @return an answer with status 200 or 206; close it
     */
    Answer ask(String method, String path, Map<String, String> headers) throws EndpointFailure {
        try {
            var answer = authenticated(method, path, headers);
            if (answer.status() == 200 || answer.status() == 206) {
                return answer;
            }
            try (answer) {
                throw failure(answer);
            }
        } catch (EndpointFailure e) {
            throw e;
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** A failure of the connection to this endpoint, in words. */
    EndpointFailure unreachable(IOException e) {
        return new EndpointFailure(
                Reason.UNREACHABLE, endpoint.name(), NetworkWords.of(e, endpoint), e);
    }

    EndpointFailure broken(String what) {
        return new EndpointFailure(Reason.BROKEN, endpoint.name(), what, null);
    }

    private Answer authenticated(String method, String path, Map<String, String> headers)
            throws IOException {
        for (int renewals = 0; ; renewals++) {
            var shown = auth.header();
            var answer = redirected(method, path, headers, shown);
            boolean asksUs = answer.status() == 401 && isOurs(answer.uri());
            if (!asksUs || renewals >= MAX_RENEWALS) {
                return answer;
            }
            var challenges = answer.allHeaders("WWW-Authenticate");
            boolean renewed;
            try {
                renewed = auth.renew(shown, challenges);
            } catch (IOException | RuntimeException e) {
                answer.close();
                throw e;
            }
            if (!renewed) {
                return answer;
            }
            answer.close();
        }
    }

    private Answer redirected(
            String method, String path, Map<String, String> headers, Optional<String> shown)
            throws IOException {
        var uri = endpoint.uri(path);
        for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
            var answer = send(method, uri, headers, shown);
            if (!isRedirect(answer.status())) {
                return answer;
            }
            try (answer) {
                uri = next(uri, answer);
            }
        }
        throw broken("redirects more than %d times".formatted(MAX_REDIRECTS));
    }

    private Answer send(String method, URI uri, Map<String, String> headers, Optional<String> shown)
            throws IOException {
        var builder = HttpExchanges.request(uri).method(method, BodyPublishers.noBody());
        headers.forEach(builder::header);
        if (!isOurs(uri)) {
            // Another host: it gets neither our credentials nor headers meant for the first.
            return exchanges.send(endpoint.tls().withoutClientKeys(), builder.build());
        }
        try {
            endpoint.headers()
                    .forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
        } catch (IllegalArgumentException e) {
            throw broken("hosts.toml sets a header that cannot be sent: " + e.getMessage());
        }
        shown.ifPresent(value -> builder.header("Authorization", value));
        return exchanges.send(endpoint.tls(), builder.build());
    }

    private URI next(URI current, Answer answer) throws EndpointFailure {
        URI next;
        try {
            next = current.resolve(answer.header("Location").orElse(""));
        } catch (IllegalArgumentException e) {
            throw broken("redirects to what is not an address");
        }
        boolean http = "http".equals(next.getScheme());
        if (next.getHost() == null || !(http || "https".equals(next.getScheme()))) {
            throw broken("redirects to what is not an http address");
        }
        if (http && "https".equals(current.getScheme())) {
            throw broken("redirects from https to http://" + next.getAuthority());
        }
        return next;
    }

    private boolean isOurs(URI uri) {
        return uri.getScheme().equals(endpoint.base().getScheme())
                && uri.getAuthority().equals(endpoint.host());
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private EndpointFailure failure(Answer answer) {
        var from = isOurs(answer.uri()) ? "" : "its redirect to " + answer.uri().getHost() + ": ";
        var text = from + answer.described();
        return switch (answer.status()) {
            case 401, 403 ->
                    new EndpointFailure(
                            Reason.DENIED,
                            endpoint.name(),
                            text
                                    + (auth.credentialsGiven()
                                            ? ", the credentials given were refused"
                                            : ", no credentials were given"),
                            null);
            case 404 -> new EndpointFailure(Reason.NOT_FOUND, endpoint.name(), text, null);
            case 408, 429, 500, 502, 503, 504 ->
                    new EndpointFailure(Reason.UNREACHABLE, endpoint.name(), text, null);
            default -> broken(text);
        };
    }
}
