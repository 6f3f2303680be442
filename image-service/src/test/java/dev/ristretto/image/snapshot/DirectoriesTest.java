// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;

class DirectoriesTest {
    private final LinuxSyscalls linux = LinuxSyscalls.load();
    private final Queue<Runnable> cleaning = new ArrayDeque<>();

    @TempDir private Path top;

    @Test
    void trash_isGoneAtOnceAndDeletedLater() throws IOException {
        var directories = open();
        var thing = make("thing");

        directories.trash(thing);
        directories.emptyTrash();

        assertThat(thing).doesNotExist();
        assertThat(top.resolve("trash")).isNotEmptyDirectory();
        cleaning.remove().run();
        assertThat(top.resolve("trash")).isEmptyDirectory();
    }

    @Test
    void manyThatAsk_areServedInOneGo() throws IOException {
        var directories = open();
        for (int i = 0; i < 3; i++) {
            directories.trash(make("thing" + i));
            directories.emptyTrash();
        }

        assertThat(cleaning).hasSize(1);
        cleaning.remove().run();
        assertThat(top.resolve("trash")).isEmptyDirectory();
    }

    @Test
    void askedAfterItCleaned_cleansAgain() throws IOException {
        var directories = open();
        directories.emptyTrash();
        cleaning.remove().run();

        directories.trash(make("thing"));
        directories.emptyTrash();

        cleaning.remove().run();
        assertThat(top.resolve("trash")).isEmptyDirectory();
    }

    @Test
    void trashOfAnEarlierProcess_isInNobodysWay() throws IOException {
        var earlier = open();
        earlier.trash(make("one"));
        earlier.trash(make("two"));

        var directories = Directories.open(linux, top, cleaning::add);
        directories.trash(make("three"));

        cleaning.remove().run();
        assertThat(top.resolve("trash")).isEmptyDirectory();
    }

    @Test
    void whatCannotBeDeletedNow_isTriedTheNextTime() throws IOException {
        var directories = open();
        directories.trash(make("thing"));
        var trash = top.resolve("trash");
        var aside = Files.move(trash, top.resolve("aside"));
        directories.emptyTrash();
        cleaning.remove().run(); // there is no directory to empty
        Files.move(aside, trash);

        directories.emptyTrash();
        cleaning.remove().run();

        assertThat(trash).isEmptyDirectory();
    }

    /** Opening asks for cleaning too. */
    private Directories open() throws IOException {
        var directories = Directories.open(linux, top, cleaning::add);
        cleaning.remove().run();
        return directories;
    }

    private Path make(String name) throws IOException {
        var thing = top.resolve(name);
        Files.createDirectories(thing.resolve("deep"));
        return thing;
    }
}
