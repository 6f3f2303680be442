// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ConfigDirectoryTest {
    @TempDir private Path directory;

    @Test
    void absentDirectory_hasNoNetworkAndNoProblem() {
        var found = new ConfigDirectory(directory.resolve("absent")).look();

        assertThat(found.network()).isEmpty();
        assertThat(found.problems()).isEmpty();
    }

    @Test
    void firstValidFile_inLexicalOrderCounts() throws IOException {
        write("05-broken.conflist", "{\"cniVersion\": \"1.0.0\"");
        write("20-b.conflist", list("b"));
        write("10-a.conf", "{\"cniVersion\": \"0.4.0\", \"name\": \"a\", \"type\": \"bridge\"}");
        write("00-notes.txt", list("notes"));
        Files.createDirectory(directory.resolve("01-directory.conf"));

        var found = look();

        var network = found.network().orElseThrow();
        assertThat(network.file()).isEqualTo(directory.resolve("10-a.conf"));
        assertThat(network.list().name()).isEqualTo("a");
        assertThat(network.list().cniVersion()).hasToString("0.4.0");
        assertThat(network.list().plugins())
                .extracting(PluginConfig::type)
                .containsExactly("bridge");
        assertThat(found.problems()).singleElement().asString().contains("05-broken.conflist");
    }

    @Test
    void change_isSeenAtOnce() throws IOException {
        write("10-a.json", "{\"cniVersion\": \"1.0.0\", \"name\": \"a\", \"type\": \"x\"}");
        assertThat(look().network().orElseThrow().list().name()).isEqualTo("a");

        write("10-a.json", "{\"cniVersion\": \"1.0.0\", \"name\": \"b\", \"type\": \"x\"}");

        assertThat(look().network().orElseThrow().list().name()).isEqualTo("b");
    }

    @Test
    void pluginsOfTheNetworksFolder_areAdded() throws IOException {
        write("10.conflist", "{\"cniVersion\": \"1.1.0\", \"name\": \"n\"}");
        Files.createDirectory(directory.resolve("n"));
        write("n/2.conf", "{\"type\": \"second\"}");
        write("n/1.conf", "{\"type\": \"first\", \"x\": 1}");
        write("n/3.json", "{\"type\": \"third\"}");

        assertThat(look().network().orElseThrow().list().plugins())
                .extracting(PluginConfig::type)
                .containsExactly("first", "second");
    }

    @Test
    void onlyInlinedPlugins_leavesTheFolderOut() throws IOException {
        write(
                "10.conflist",
                "{\"cniVersion\": \"1.1.0\", \"name\": \"n\", \"loadOnlyInlinedPlugins\": true,"
                        + " \"disableCheck\": \"true\", \"disableGC\": true,"
                        + " \"plugins\": [{\"type\": \"a\"}]}");
        Files.createDirectory(directory.resolve("n"));
        write("n/1.conf", "{\"type\": \"first\"}");

        var list = look().network().orElseThrow().list();

        assertThat(list.plugins()).extracting(PluginConfig::type).containsExactly("a");
        assertThat(list.checks()).isFalse();
        assertThat(list.collectsGarbage()).isFalse();
        assertThat(list.tellsStatus()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}|there is no 'name'",
                "[]|it is not a JSON object",
                "{\"name\": \"a/b\", \"cniVersion\": \"1.0.0\"}|name \"a/b\" is not made of",
                "{\"name\": \"a\"}|cniVersion (absent) is none of 0.3.0 to 1.1.0",
                "{\"name\": \"a\", \"cniVersion\": \"0.2.0\"}|cniVersion [0.2.0] is none of",
                "{\"name\": \"a\", \"cniVersion\": \"2.0.0\"}|cniVersion [2.0.0] is none of",
                "{\"name\": \"a\", \"cniVersion\": \"new\"}|cniVersion \"new\" is none",
                "{\"name\": \"a\", \"cniVersion\": \"1.0.0\"}|there is no plugin in 'plugins'",
                "{\"name\": \"a\", \"cniVersion\": \"1.0.0\", \"plugins\": {}}|'plugins' is not a list",
                "{\"name\": \"a\", \"cniVersion\": \"1.0.0\", \"plugins\": [1]}|a plugin is not a JSON",
                "{\"name\": \"a\", \"cniVersion\": \"1.0.0\", \"plugins\": [{}]}|a plugin has no 'type'",
                "{\"name\": \"a\", \"cniVersion\": \"1.0.0\", \"plugins\": [{\"type\": \"../sh\"}]}|not a file"
                        + " name",
                "{\"name\": \"a\", \"cniVersion\": \"1.0.0\", \"disableGC\": 1}|'disableGC' is 1",
                "{\"name\": \"a\", \"loadOnlyInlinedPlugins\": true}|but there are no 'plugins'",
                "{\"name\": \"a\"} x|line 1",
            })
    void listThatCannotBeUsed_saysWhy(String content, String words) throws IOException {
        write("10.conflist", content);

        var found = look();

        assertThat(found.network()).isEmpty();
        assertThat(found.problems())
                .singleElement()
                .asString()
                .startsWith(directory.resolve("10.conflist") + ": ")
                .contains(words);
    }

    @Test
    void listInAFileForOnePlugin_isRefused() throws IOException {
        write("10.conf", list("a"));

        assertThat(look().problems()).singleElement().asString().contains("belongs in a .conflist");
    }

    @Test
    void hugeFile_isRefused() throws IOException {
        write("10.conf", " ".repeat((1 << 20) + 1));

        assertThat(look().problems()).singleElement().asString().contains("larger than 1 MiB");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"0.4.0\"', '[\"1.0.0\", \"0.3.1\"]', 1.0.0",
        "'\"0.4.0\"', '[\"1.1.0\", \"9.0.0\"]', 1.1.0",
        "'\"9.0.0\"', '[\"0.3.0\"]', 0.3.0",
        "'\"1.0.0\"', '[]', 1.0.0",
        "'\"1.0\"', '[]', 1.0.0"
    })
    void highestVersionSpokenHere_isChosen(String one, String more, String chosen)
            throws IOException {
        write(
                "10.conflist",
                "{\"name\": \"a\", \"cniVersion\": %s, \"cniVersions\": %s, \"plugins\": [{\"type\":"
                                .formatted(one, more)
                        + " \"x\"}]}");

        assertThat(look().network().orElseThrow().list().cniVersion()).hasToString(chosen);
    }

    private ConfigDirectory.Found look() {
        return new ConfigDirectory(directory).look();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private static String list(String name) {
        return "{\"cniVersion\": \"1.0.0\", \"name\": \"%s\", \"plugins\": [{\"type\": \"x\"}]}"
                .formatted(name);
    }
}
