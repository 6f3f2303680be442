// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.reference;

import dev.ristretto.fault.RuntimeFault;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which image is meant, in full: {@code docker.io/library/busybox:1.36}, {@code
 * registry.k8s.io/pause@sha256:…}. Short forms are completed as the Docker client does, because
 * that is what people write in pod specs: no host means {@code docker.io}, one word there means
 * {@code library/}, neither tag nor digest means {@code :latest}.
 *
 * @param host registry host as written, with its port if one was given
 * @param repository path below the host, without tag or digest
 * @param tag absent only if there is a digest
 * @param digest if present it decides, and the tag is only decoration
 */
public record ImageReference(
        String host, String repository, Optional<String> tag, Optional<Digest> digest) {
    private static final String DEFAULT_HOST = "docker.io";
    private static final String OLD_DEFAULT_HOST = "index.docker.io";
    private static final String DEFAULT_TAG = "latest";
    private static final int MAX_TEXT = 4096;
    private static final int MAX_REPOSITORY = 255;

    private static final Pattern HOST =
            Pattern.compile(
                    "(?:\\[[0-9a-fA-F:.]{2,45}\\]"
                            + "|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
                            + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)"
                            + "(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile(
                    "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*"
                            + "(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final Pattern BARE_ID = Pattern.compile("[0-9a-f]{64}");

    public ImageReference {
        var name = host + "/" + repository;
        if (host.length() > 255 || !HOST.matcher(host).matches()) {
            throw RuntimeFault.invalidArgument(
                    "image reference '%s': '%s' is not a registry host[:port]", name, host);
        }
        if (repository.length() > MAX_REPOSITORY) {
            throw RuntimeFault.invalidArgument(
                    "image reference '%s…': the repository has %d characters, at most %d are"
                            + " allowed",
                    name.substring(0, 80), repository.length(), MAX_REPOSITORY);
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw RuntimeFault.invalidArgument(
                    "image reference '%s': repository '%s' %s",
                    name, repository, whyNoRepository(repository));
        }
        if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
            throw RuntimeFault.invalidArgument(
                    "image reference '%s': tag '%s' is not 1 to 128 of [A-Za-z0-9_.-], not"
                            + " starting with . or -",
                    name, tag.get());
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "image reference '%s' has neither tag nor digest", name);
        }
    }

    /**
     * Reads a reference in short or full form.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} that quotes the text and says what is wrong
     */
    public static ImageReference parse(String text) {
        if (text.isEmpty()) {
            throw RuntimeFault.invalidArgument("image reference is empty");
        }
        if (text.length() > MAX_TEXT) {
            throw RuntimeFault.invalidArgument(
                    "image reference '%s…' has %d characters, at most %d are allowed",
                    text.substring(0, 80), text.length(), MAX_TEXT);
        }
        if (BARE_ID.matcher(text).matches()) {
            throw RuntimeFault.invalidArgument(
                    "image reference '%s' is an image id, not a name; ids cannot be pulled", text);
        }
        int at = text.indexOf('@');
        var digest =
                at < 0
                        ? Optional.<Digest>empty()
                        : Optional.of(Digest.parse(text.substring(at + 1)));
        var named = at < 0 ? text : text.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        var tag = colon < 0 ? Optional.<String>empty() : Optional.of(named.substring(colon + 1));
        var name = colon < 0 ? named : named.substring(0, colon);
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = Optional.of(DEFAULT_TAG);
        }
        return named(name, tag, digest);
    }

    private static ImageReference named(
            String name, Optional<String> tag, Optional<Digest> digest) {
        int slash = name.indexOf('/');
        var first = slash < 0 ? "" : name.substring(0, slash);
        var host = DEFAULT_HOST;
        var repository = name;
        if (looksLikeHost(first)) {
            host = first.equals(OLD_DEFAULT_HOST) ? DEFAULT_HOST : first;
            repository = name.substring(slash + 1);
        }
        if (host.equals(DEFAULT_HOST) && repository.indexOf('/') < 0) {
            repository = "library/" + repository;
        }
        return new ImageReference(host, repository, tag, digest);
    }

    /** Docker's rule: a first component is a host if it could not be a repository's. */
    private static boolean looksLikeHost(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static String whyNoRepository(String repository) {
        if (!repository.equals(repository.toLowerCase(Locale.ROOT))) {
            return "must be lowercase";
        }
        return "is not words of [a-z0-9] joined by . _ __ - and /";
    }

    /** Host and repository, without tag and digest. */
    public String name() {
        return host + "/" + repository;
    }

    /** What to ask the registry for: the digest if there is one, else the tag. */
    public String target() {
        return digest.map(Digest::toString).or(() -> tag).orElseThrow();
    }

    /** The entry of {@code repoTags}, {@code name:tag}; none if a digest decides. */
    public Optional<String> repoTag() {
        return digest.isPresent() ? Optional.empty() : tag.map(t -> name() + ":" + t);
    }

    /** The entry of {@code repoDigests}, {@code name@digest}, for the manifest that was found. */
    public String repoDigest(Digest manifest) {
        return name() + "@" + manifest;
    }

    /** The full form, which parses to an equal reference. */
    @Override
    public String toString() {
        return name() + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }
}
