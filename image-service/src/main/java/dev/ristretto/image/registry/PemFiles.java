// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM files (RFC 7468). */
public final class PemFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    /** {@code INTEGER 0, SEQUENCE {rsaEncryption, NULL}}: what PKCS#8 puts before a PKCS#1 key. */
    private static final byte[] RSA_HEADER = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private PemFiles() {}

    /** The certificates of a file, in order; other blocks are passed over. */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        var certificates = new ArrayList<X509Certificate>();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            for (var block : blocks(file)) {
                if (block.label.equals("CERTIFICATE")) {
                    var der = new ByteArrayInputStream(block.der);
                    certificates.add((X509Certificate) factory.generateCertificate(der));
                }
            }
        } catch (CertificateException e) {
            throw new IOException("read certificate " + file + ": " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new IOException("read certificate " + file + ": no CERTIFICATE block in it");
        }
        return certificates;
    }

    /** The first private key of a file: PKCS#8, or PKCS#1 for RSA. */
    public static PrivateKey privateKey(Path file) throws IOException {
        for (var block : blocks(file)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return decode(file, block.der);
                }
                case "RSA PRIVATE KEY" -> {
                    return decode(file, pkcs8OfPkcs1(block.der));
                }
                case "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY" ->
                        throw new IOException(
                                "read key %s: '%s' is not supported; convert it with openssl pkcs8 -topk8 -nocrypt"
                                        .formatted(file, block.label));
                default -> {}
            }
        }
        throw new IOException("read key " + file + ": no PRIVATE KEY block in it");
    }

    private static PrivateKey decode(Path file, byte[] pkcs8) throws IOException {
        var spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (InvalidKeySpecException e) {
                    // Not a key of this algorithm: the block's label does not tell which it is.
                    continue;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("read key " + file + ": " + e.getMessage(), e);
        }
        throw new IOException("read key " + file + ": neither an RSA, an EC nor an Ed25519 key");
    }

    private static byte[] pkcs8OfPkcs1(byte[] pkcs1) throws IOException {
        var key = new ByteArrayOutputStream();
        writeElement(key, 0x04, pkcs1);
        var body = new ByteArrayOutputStream();
        body.write(RSA_HEADER);
        body.write(key.toByteArray());
        var whole = new ByteArrayOutputStream();
        writeElement(whole, 0x30, body.toByteArray());
        return whole.toByteArray();
    }

    /** An ASN.1 element with a length in two bytes, which fits every RSA key in use. */
    private static void writeElement(ByteArrayOutputStream out, int tag, byte[] content)
            throws IOException {
        out.write(tag);
        out.write(0x82);
        out.write(content.length >> 8);
        out.write(content.length);
        out.write(content);
    }

    private static List<Block> blocks(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.US_ASCII);
        var blocks = new ArrayList<Block>();
        var matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                var der = Base64.getMimeDecoder().decode(matcher.group(2));
                blocks.add(new Block(matcher.group(1), der));
            } catch (IllegalArgumentException e) {
                throw new IOException("read " + file + ": a block is not base64", e);
            }
        }
        return blocks;
    }

    private record Block(String label, byte[] der) {}
}
