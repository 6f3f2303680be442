// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;

class PemFilesTest {
    /** Lengths, version and algorithm of a 2048-bit key, before the PKCS#1 key itself. */
    private static final int PKCS8_PREFIX_OF_RSA_2048 = 26;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void privateKey_inPkcs8_isRead(String algorithm) throws Exception {
        var key = generate(algorithm);

        assertThat(PemFiles.privateKey(write("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
    }

    @Test
    void privateKey_inPkcs1_isRead() throws Exception {
        var key = generate("RSA");
        var pkcs8 = key.getEncoded();
        var pkcs1 = Arrays.copyOfRange(pkcs8, PKCS8_PREFIX_OF_RSA_2048, pkcs8.length);

        assertThat(PemFiles.privateKey(write("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
    }

    @Test
    void privateKey_inAFormWeCannotRead_saysHowToConvertIt() throws IOException {
        var file = write("EC PRIVATE KEY", new byte[10]);

        assertThatThrownBy(() -> PemFiles.privateKey(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void certificates_ofAFileWithout_saySo() throws IOException {
        var file = write("PRIVATE KEY", new byte[10]);

        assertThatThrownBy(() -> PemFiles.certificates(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no CERTIFICATE block");
    }

    private static PrivateKey generate(String algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("RSA")) {
            generator.initialize(2048);
        }
        return generator.generateKeyPair().getPrivate();
    }

    private Path write(String label, byte[] der) throws IOException {
        var text = Base64.getMimeEncoder().encodeToString(der);
        var file = directory.resolve("file.pem");
        Files.writeString(
                file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
        return file;
    }
}
