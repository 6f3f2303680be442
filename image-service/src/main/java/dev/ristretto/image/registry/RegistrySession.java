// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Endpoint.Capability;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One pull's conversation with the endpoints of one registry. Every question goes to the endpoints
 * in order until one answers well. Safe from several threads, as layers come in parallel.
 *
 * <p>All methods throw {@link RuntimeFault} when no endpoint answered well: {@code CRI_NAMED}
 * (RegistryUnavailable), {@code DENIED}, {@code NOT_FOUND} or {@code WRONG_STATE}; and {@link
 * java.util.concurrent.CancellationException} when the pull is cancelled.
 */
public final class RegistrySession {
    private static final String DIGEST_HEADER = "Docker-Content-Digest";
    private static final Map<String, String> ACCEPT_MANIFESTS =
            Map.of("Accept", String.join(", ", MediaTypes.ACCEPTED_MANIFESTS));

    private final ImageReference reference;
    private final List<EndpointClient> clients;
    private final RetryPolicy retry;
    private final Cancellation cancellation;

    /** Mirrors that could not be reached are not tried again in this pull. */
    private final Map<Endpoint, EndpointFailure> unreachable = new ConcurrentHashMap<>();

    /** What {@link #resolve} had to read anyway. */
    private volatile Optional<ManifestContent> alreadyRead = Optional.empty();

    RegistrySession(
            ImageReference reference,
            List<EndpointClient> clients,
            RetryPolicy retry,
            Cancellation cancellation) {
        this.reference = reference;
        this.clients = clients;
        this.retry = retry;
        this.cancellation = cancellation;
    }

    /**
     * The digest that the reference has, or that its tag has now. A registry is asked in both
     * cases, because only it knows whether these credentials may have the image.
     */
    public Digest resolve() {
        return reference
                .digest()
                .map(digest -> tryEach(Capability.PULL, client -> permittedAt(client, digest)))
                .orElseGet(() -> tryEach(Capability.RESOLVE, this::resolveAt));
    }

    private Digest permittedAt(EndpointClient client, Digest digest) throws IOException {
        var path = reference.repository() + "/manifests/" + digest;
        try (var _ = client.ask("HEAD", path, ACCEPT_MANIFESTS)) {
            return digest;
        }
    }

    private Digest resolveAt(EndpointClient client) throws IOException {
        var path = reference.repository() + "/manifests/" + reference.target();
        Optional<String> declared;
        try (var answer = client.ask("HEAD", path, ACCEPT_MANIFESTS)) {
            declared = answer.header(DIGEST_HEADER);
        }
        if (declared.isPresent()) {
            return parse(client, declared.get());
        }
        var content = read(client, path);
        alreadyRead = Optional.of(content);
        return content.digest();
    }

    /** The manifest or index with this digest; its bytes have that digest. */
    public ManifestContent manifest(Digest digest) {
        return alreadyRead
                .filter(content -> content.digest().equals(digest))
                .orElseGet(() -> tryEach(Capability.PULL, client -> manifestAt(client, digest)));
    }

    private ManifestContent manifestAt(EndpointClient client, Digest digest) throws IOException {
        var content = read(client, reference.repository() + "/manifests/" + digest);
        if (!digest.matches(content.bytes())) {
            throw client.broken(
                    "manifest has digest %s, but %s was asked for"
                            .formatted(content.digest(), digest));
        }
        return new ManifestContent(digest, content.contentType(), content.bytes());
    }

    private static ManifestContent read(EndpointClient client, String path) throws IOException {
        try (var answer = client.ask("GET", path, ACCEPT_MANIFESTS)) {
            var bytes = answer.bytes(Manifests.MAX_BYTES);
            var digest = Digest.sha256(bytes);
            var declared = answer.header(DIGEST_HEADER);
            if (declared.isPresent() && !parse(client, declared.get()).matches(bytes)) {
                throw client.broken(
                        "manifest has digest %s, but its header says %s"
                                .formatted(digest, declared.get()));
            }
            var type = answer.header("Content-Type").orElse("");
            return new ManifestContent(digest, type, bytes);
        }
    }

    private static Digest parse(EndpointClient client, String declared) throws EndpointFailure {
        try {
            return Digest.parse(declared);
        } catch (RuntimeFault e) {
            throw client.broken(
                    "its %s header is bad: %s".formatted(DIGEST_HEADER, e.getMessage()));
        }
    }

    /**
     * A blob's bytes from an offset on. The stream goes on by itself after a torn connection, gives
     * exactly the descriptor's size or throws, and does not check the digest: its reader does, in
     * the same pass.
     */
    public InputStream blob(Descriptor blob, long offset) {
        return new BlobStream(this, blob, offset, retry, cancellation);
    }

    /** One answer with a blob's bytes from an offset on, possibly torn later. */
    InputStream openBlob(Descriptor blob, long offset) {
        return tryEach(Capability.PULL, client -> blobAt(client, blob, offset));
    }

    private InputStream blobAt(EndpointClient client, Descriptor blob, long offset)
            throws IOException {
        var path = reference.repository() + "/blobs/" + blob.digest();
        Map<String, String> range =
                offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        var answer = client.ask("GET", path, range);
        try {
            long start = answer.status() == 206 ? offset : 0;
            checkLength(client, blob, start, answer);
            answer.body().skipNBytes(offset - start); // a server that knows no ranges
            return answer.body();
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
    }

    private static void checkLength(
            EndpointClient client, Descriptor blob, long start, Answer answer)
            throws EndpointFailure {
        var range = answer.header("Content-Range");
        if (start > 0 && range.isPresent() && !range.get().startsWith("bytes " + start + "-")) {
            throw client.broken(
                    "blob %s from byte %d was asked for, but the answer is '%s'"
                            .formatted(blob.digest(), start, range.get()));
        }
        long announced = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (announced >= 0 && announced != blob.sizeBytes() - start) {
            throw client.broken(
                    "blob %s has %d bytes, but its manifest says %d"
                            .formatted(blob.digest(), announced + start, blob.sizeBytes()));
        }
    }

    /** The fault for a blob that broke off again and again. */
    RuntimeFault torn(Descriptor blob, long position, IOException cause) {
        return RuntimeFault.criNamed(
                RuntimeFault.CriName.RegistryUnavailable,
                cause,
                "pull %s: blob %s broke off after %d of %d bytes: %s; pull again to go on from there",
                reference,
                blob.digest(),
                position,
                blob.sizeBytes(),
                cause.getMessage());
    }

    /** The fault for a blob that is longer than its descriptor. */
    RuntimeFault tooLong(Descriptor blob) {
        return RuntimeFault.wrongState(
                "pull %s: blob %s is longer than the %d bytes its manifest says",
                reference, blob.digest(), blob.sizeBytes());
    }

    private <T> T tryEach(Capability capability, Attempt<T> attempt) {
        var failures = new ArrayList<EndpointFailure>();
        for (var client : clients) {
            var endpoint = client.endpoint();
            if (!endpoint.capabilities().contains(capability)) {
                continue;
            }
            var earlier = unreachable.get(endpoint);
            if (earlier != null) {
                failures.add(earlier);
                continue;
            }
            try {
                return attempt.on(client);
            } catch (EndpointFailure e) {
                failures.add(e);
            } catch (IOException e) {
                failures.add(client.unreachable(e));
            }
            cancellation.check();
            remember(client, failures.getLast());
        }
        if (failures.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "pull %s: hosts.toml of %s lists no host with capability '%s'",
                    reference, reference.host(), capability.name().toLowerCase(Locale.ROOT));
        }
        throw RegistryFaults.of(reference, failures);
    }

    private void remember(EndpointClient client, EndpointFailure failure) {
        boolean mirror = !client.equals(clients.getLast());
        if (mirror && failure.reason() == EndpointFailure.Reason.UNREACHABLE) {
            unreachable.put(client.endpoint(), failure);
        }
    }

    /** A question to one endpoint. */
    @FunctionalInterface
    private interface Attempt<T> {
        T on(EndpointClient client) throws IOException;
    }
}
