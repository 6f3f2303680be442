// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;

import javax.net.ssl.SSLException;

/** Says what went wrong on the way to a server, and what to look at. */
final class NetworkWords {
    private NetworkWords() {}

    static String of(IOException failure, Endpoint endpoint) {
        if (has(failure, UnresolvedAddressException.class)
                || has(failure, UnknownHostException.class)) {
            return "host name not found; check the name and this node's DNS";
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return "no connection in time; check the address and the way there";
        }
        if (has(failure, CertificateException.class)) {
            return "TLS certificate refused: %s; set ca in hosts.toml".formatted(words(failure));
        }
        if (failure instanceof SSLException && words(failure).contains("SSL message")) {
            return "does not speak TLS; if it is meant to be plain HTTP, add '%s' to registry.plainHttp or write http:// in hosts.toml"
                    .formatted(endpoint.host());
        }
        if (failure instanceof ConnectException) {
            return "connection refused; check that the registry runs";
        }
        return words(failure);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (kind.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static String words(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
