// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

class PodLocksTest {
    private static final PodSandboxId A = new PodSandboxId("aa".repeat(32));
    private static final PodSandboxId B = new PodSandboxId("bb".repeat(32));

    private final PodLocks locks = new PodLocks();

    @Test
    void workOnOnePod_isDoneOneAfterTheOther() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 30; i++) {
            threads.add(
                    Thread.startVirtualThread(
                            () ->
                                    call(
                                            A,
                                            () -> {
                                                most.accumulateAndGet(
                                                        inside.incrementAndGet(), Math::max);
                                                Thread.yield();
                                                inside.decrementAndGet();
                                            })));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(most).hasValue(1);
    }

    @Test
    void workOnOtherPods_isNotWaitedFor() throws Exception {
        var inA = new CountDownLatch(1);
        var leaveA = new CountDownLatch(1);
        var holder = hold(inA, leaveA);
        inA.await();

        assertThat(locks.call(B, () -> "done")).isEqualTo("done");

        leaveA.countDown();
        holder.join();
    }

    @Test
    void holder_mayTakeItAgain() throws IOException {
        assertThat(locks.call(A, () -> locks.call(A, () -> "inner"))).isEqualTo("inner");
    }

    @Test
    void failedWork_freesTheLock() throws Exception {
        assertThatThrownBy(
                        () ->
                                locks.call(
                                        A,
                                        () -> {
                                            throw new IOException("no");
                                        }))
                .hasMessage("no");

        var other = new AtomicReference<String>();
        Thread.startVirtualThread(() -> call(A, () -> other.set("got it"))).join();
        assertThat(other).hasValue("got it");
    }

    @Test
    void whoIsInterruptedWhileWaiting_isToldThatThePodIsBusy() throws Exception {
        var inA = new CountDownLatch(1);
        var leaveA = new CountDownLatch(1);
        var holder = hold(inA, leaveA);
        inA.await();
        var refusal = new AtomicReference<Refusal>();
        var waiting =
                Thread.startVirtualThread(
                        () -> refusal.set(Refusal.of(() -> locks.call(A, () -> "never"))));

        waiting.interrupt();
        waiting.join();

        assertThat(refusal)
                .hasValue(
                        new Refusal(
                                FaultKind.BUSY,
                                "pod sandbox %s is busy with another request; retry".formatted(A)));
        leaveA.countDown();
        holder.join();
    }

    private Thread hold(CountDownLatch inside, CountDownLatch leave) {
        return Thread.startVirtualThread(
                () ->
                        call(
                                A,
                                () -> {
                                    inside.countDown();
                                    awaitQuietly(leave);
                                }));
    }

    private void call(PodSandboxId id, Runnable work) {
        try {
            locks.call(
                    id,
                    () -> {
                        work.run();
                        return id;
                    });
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
