// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

/**
 * Sends requests for one pull: again after 429, 5xx and torn connections, within a deadline for the
 * answer, and torn at once when the pull is cancelled. Redirects and 401 are the caller's.
 */
final class HttpExchanges {
    private final HttpClients clients;
    private final RegistryClient.Settings settings;
    private final StallWatch watch;
    private final Cancellation cancellation;

    HttpExchanges(
            HttpClients clients,
            RegistryClient.Settings settings,
            StallWatch watch,
            Cancellation cancellation) {
        this.clients = clients;
        this.settings = settings;
        this.watch = watch;
        this.cancellation = cancellation;
    }

    /** Begins a request; without TLS no upgrade to HTTP/2 is tried, which some servers refuse. */
    static HttpRequest.Builder request(URI uri) {
        var builder = HttpRequest.newBuilder(uri).header("User-Agent", "ristretto");
        return "http".equals(uri.getScheme())
                ? builder.version(HttpClient.Version.HTTP_1_1)
                : builder;
    }

    /** The final answer, whatever its status; close it. */
    Answer send(TlsSettings tls, HttpRequest request) throws IOException {
        var client = clients.with(tls);
        var retry = settings.retry();
        for (int failures = 1; ; failures++) {
            Duration pause;
            try {
                var answer = once(client, request);
                if (!isBusy(answer.status()) || failures >= retry.attempts()) {
                    return answer;
                }
                pause =
                        askedFor(answer)
                                .map(retry::bounded)
                                .orElse(retry.pauseAfter(failures, ThreadLocalRandom.current()));
                answer.close();
            } catch (IOException e) {
                if (!mayPass(e) || failures >= retry.attempts()) {
                    throw e;
                }
                pause = retry.pauseAfter(failures, ThreadLocalRandom.current());
            }
            cancellation.pause(pause);
        }
    }

    private Answer once(HttpClient client, HttpRequest request) throws IOException {
        cancellation.check();
        var sent = client.sendAsync(request, BodyHandlers.ofInputStream());
        try (var _ = cancellation.onCancel(() -> sent.cancel(true))) {
            var response = sent.get(settings.progressTimeout().toNanos(), TimeUnit.NANOSECONDS);
            return answer(response);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new HttpTimeoutException(
                    "no answer within %d s".formatted(settings.progressTimeout().toSeconds()));
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private Answer answer(HttpResponse<InputStream> response) {
        var body = new WatchedBody(response.body(), watch, cancellation);
        return new Answer(response.uri(), response.statusCode(), response.headers(), body);
    }

    private static boolean isBusy(int status) {
        return switch (status) {
            case 408, 429, 500, 502, 503, 504 -> true;
            default -> false;
        };
    }

    private static Optional<Duration> askedFor(Answer answer) {
        return answer.header("Retry-After")
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }

    /** Whether the same request may succeed soon: a connection was there and was torn. */
    static boolean mayPass(IOException failure) {
        return switch (failure) {
            case ConnectException _, UnknownHostException _ -> false;
            case HttpTimeoutException _, SSLException _, EndpointFailure _ -> false;
            default -> true;
        };
    }
}
