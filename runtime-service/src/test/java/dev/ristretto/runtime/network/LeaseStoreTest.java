// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class LeaseStoreTest {
    private final Lease lease =
            new Lease(
                    "aa11",
                    "default/web",
                    2,
                    List.of(InetAddress.ofLiteral("10.93.0.2"), InetAddress.ofLiteral("fd93::2")),
                    "rst0123456789ab",
                    List.of(
                            PortMapping.of(PortProtocol.SCTP, 80, 8080, ""),
                            PortMapping.of(PortProtocol.UDP, 53, 53, "fd00::1")));

    @TempDir private Path directory;

    @Test
    void load_afterSave_isTheSame() throws IOException {
        new LeaseStore(directory).save(lease);

        assertThat(new LeaseStore(directory).load()).containsExactly(lease);
    }

    @Test
    void load_withoutADirectory_makesIt() throws IOException {
        var store = new LeaseStore(directory.resolve("a/b"));

        assertThat(store.load()).isEmpty();
        store.save(lease);
        assertThat(store.load()).containsExactly(lease);
    }

    @Test
    void delete_isIdempotent() throws IOException {
        var store = new LeaseStore(directory);
        store.save(lease);

        store.delete("aa11");
        store.delete("aa11");

        assertThat(store.load()).isEmpty();
    }

    @Test
    void load_ofAnUnfinishedWrite_removesIt() throws IOException {
        var unfinished = Files.writeString(directory.resolve(".aa11.json.0123.tmp"), "{");

        assertThat(new LeaseStore(directory).load()).isEmpty();
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void load_ofAnotherSchemaVersion_isRefusedByItsFile() throws IOException {
        Files.writeString(directory.resolve("aa11.json"), "{\"schemaVersion\": 2}");

        assertThatThrownBy(() -> new LeaseStore(directory).load())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("aa11.json: schemaVersion 2 is not 1");
    }
}
