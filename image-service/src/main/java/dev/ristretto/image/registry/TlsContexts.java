// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.image.registry.TlsSettings.Verification;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Makes the TLS contexts that {@link TlsSettings} describe. */
final class TlsContexts {
    /** Where Debian, Alpine and others keep what the host trusts; a JVM has a list of its own. */
    private static final Path HOST_AUTHORITIES = Path.of("/etc/ssl/certs/ca-certificates.crt");

    private static final char[] NO_PASSWORD = new char[0];

    private TlsContexts() {}

    static SSLContext create(TlsSettings settings) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keyManagers(settings), trustManagers(settings), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("set up TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trustManagers(TlsSettings settings)
            throws GeneralSecurityException, IOException {
        if (settings.verification() == Verification.OFF) {
            return new TrustManager[] {new TrustEverything()};
        }
        var trusted = new ArrayList<X509Certificate>(authoritiesOfTheJvm());
        if (Files.isReadable(HOST_AUTHORITIES)) {
            trusted.addAll(PemFiles.certificates(HOST_AUTHORITIES));
        }
        for (var file : settings.authorities()) {
            trusted.addAll(PemFiles.certificates(file));
        }
        var store = emptyStore();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("ca-" + i, trusted.get(i));
        }
        return factoryFor(store).getTrustManagers();
    }

    private static List<X509Certificate> authoritiesOfTheJvm() throws GeneralSecurityException {
        for (var manager : factoryFor(null).getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return List.of(x509.getAcceptedIssuers());
            }
        }
        return List.of();
    }

    private static TrustManagerFactory factoryFor(@Nullable KeyStore store)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyManager[] keyManagers(TlsSettings settings)
            throws GeneralSecurityException, IOException {
        var store = emptyStore();
        int number = 0;
        for (var key : settings.clientKeys()) {
            store.setKeyEntry(
                    "client-" + number++,
                    PemFiles.privateKey(key.key()),
                    NO_PASSWORD,
                    PemFiles.certificates(key.certificate()).toArray(new Certificate[0]));
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /**
     * What {@code skip_verify = true} asks for. It extends {@link X509ExtendedTrustManager} because
     * the JDK checks the host name inside its own one, so this skips that too.
     */
    private static final class TrustEverything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
