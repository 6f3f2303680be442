// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

class ObjectStoreTest {
    private final MemoryRecords records = new MemoryRecords();
    private final ObjectStore<String, Named> store = new ObjectStore<>(Named::name, records);

    /** A value. */
    private record Named(String name, int number) {}

    /** Records in a list, which may fail and may be looked into while they are written. */
    private static final class MemoryRecords implements ObjectStore.Records<Named> {
        private final List<String> log = Collections.synchronizedList(new ArrayList<>());
        private volatile boolean failing;
        private volatile Runnable during = () -> {};

        @Override
        public void write(Named value) throws IOException {
            during.run();
            if (failing) {
                throw new IOException("No space left on device");
            }
            log.add("write " + value.number());
        }

        @Override
        public void delete(Named value) throws IOException {
            if (failing) {
                throw new IOException("Read-only file system");
            }
            log.add("delete " + value.number());
        }
    }

    @Test
    void insert_isSeenOnlyAfterItWasWritten() throws IOException {
        var seenDuring = new ArrayList<Named>();
        records.during = () -> seenDuring.addAll(store.list());

        store.insert(new Named("a", 1));

        assertThat(seenDuring).isEmpty();
        assertThat(store.find("a")).contains(new Named("a", 1));
        assertThat(records.log).containsExactly("write 1");
    }

    @Test
    void insert_thatCannotBeWritten_isNotSeen() {
        records.failing = true;

        assertThatThrownBy(() -> store.insert(new Named("a", 1)))
                .hasMessage("No space left on device");

        assertThat(store.list()).isEmpty();
    }

    @Test
    void update_showsTheOldValueUntilTheNewOneIsWritten() throws IOException {
        store.insert(new Named("a", 1));
        var seenDuring = new ArrayList<Named>();
        records.during = () -> seenDuring.addAll(store.list());

        var now = store.update("a", old -> new Named("a", old.number() + 1));

        assertThat(seenDuring).containsExactly(new Named("a", 1));
        assertThat(now).isEqualTo(new Named("a", 2));
        assertThat(store.find("a")).contains(now);
    }

    @Test
    void update_thatCannotBeWritten_leavesTheOldValue() throws IOException {
        store.insert(new Named("a", 1));
        records.failing = true;

        assertThatThrownBy(() -> store.update("a", _ -> new Named("a", 2)))
                .hasMessage("No space left on device");

        assertThat(store.find("a")).contains(new Named("a", 1));
    }

    @Test
    void update_thatReturnsTheSameObject_writesNothing() throws IOException {
        store.insert(new Named("a", 1));

        store.update("a", old -> old);

        assertThat(records.log).containsExactly("write 1");
    }

    @Test
    void update_thatThrows_changesNothing() throws IOException {
        store.insert(new Named("a", 1));

        assertThatThrownBy(
                        () ->
                                store.update(
                                        "a",
                                        _ -> {
                                            throw new IllegalStateException("no");
                                        }))
                .hasMessage("no");

        assertThat(store.find("a")).contains(new Named("a", 1));
    }

    @Test
    void observe_thatCannotBeWritten_isSeenAllTheSame() throws IOException {
        store.insert(new Named("a", 1));
        records.failing = true;

        store.observe("a", _ -> new Named("a", 2));

        assertThat(store.find("a")).contains(new Named("a", 2));
    }

    @Test
    void observe_isWrittenIfItCanBe() throws IOException {
        store.insert(new Named("a", 1));

        store.observe("a", _ -> new Named("a", 2));

        assertThat(records.log).containsExactly("write 1", "write 2");
    }

    @Test
    void change_ofWhatWasRemoved_isRefused() throws IOException {
        store.insert(new Named("a", 1));
        store.remove("a");

        assertThat(Refusal.of(() -> store.update("a", old -> old)))
                .isEqualTo(new Refusal(FaultKind.NOT_FOUND, "a was removed meanwhile"));
        assertThat(Refusal.of(() -> store.observe("a", old -> old)).kind())
                .isEqualTo(FaultKind.NOT_FOUND);
    }

    @Test
    void remove_ofWhatIsUnknown_isFine() throws IOException {
        store.remove("a");

        assertThat(records.log).isEmpty();
    }

    @Test
    void remove_whoseFileStays_keepsTheValue() throws IOException {
        store.insert(new Named("a", 1));
        records.failing = true;

        assertThatThrownBy(() -> store.remove("a")).hasMessage("Read-only file system");

        assertThat(store.find("a")).contains(new Named("a", 1));
    }

    @Test
    void remove_whileAnUpdateWaits_refusesTheUpdate() throws Exception {
        store.insert(new Named("a", 1));
        var inUpdate = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        records.during =
                () -> {
                    inUpdate.countDown();
                    awaitQuietly(goOn);
                };
        var first = Thread.startVirtualThread(() -> update(2));
        inUpdate.await();
        records.during = () -> {};
        var removing = Thread.startVirtualThread(this::remove);
        goOn.countDown();
        first.join();
        removing.join();

        assertThat(records.log).containsExactly("write 1", "write 2", "delete 2");
        assertThat(store.find("a")).isEmpty();
    }

    @Test
    void updates_atTheSameTime_areAllCounted() throws Exception {
        store.insert(new Named("a", 0));
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 50; i++) {
            threads.add(
                    Thread.startVirtualThread(
                            () -> store.observe("a", old -> new Named("a", old.number() + 1))));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(store.find("a")).contains(new Named("a", 50));
        assertThat(records.log).hasSize(51).endsWith("write 50");
    }

    @Test
    void reader_isNotKeptWaitingByAWriter() throws Exception {
        store.insert(new Named("a", 1));
        var inUpdate = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        records.during =
                () -> {
                    inUpdate.countDown();
                    awaitQuietly(goOn);
                };
        var writer = Thread.startVirtualThread(() -> update(2));
        inUpdate.await();

        assertThat(store.find("a")).contains(new Named("a", 1));
        assertThat(store.list()).containsExactly(new Named("a", 1));

        goOn.countDown();
        writer.join();
    }

    private void update(int number) {
        store.observe("a", _ -> new Named("a", number));
    }

    private void remove() {
        try {
            store.remove("a");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
