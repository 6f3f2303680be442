// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what is done to the world outside the daemon, and makes the n-th of it fail. Shared by all
 * fakes of a {@link TestNode}. Safe from any thread.
 */
public final class Faults {
    /** How the n-th action fails. */
    public enum How {
        /** It has no effect. */
        BEFORE,
        /** It has its effect and fails all the same, as when an answer is lost. */
        AFTER,
        /** Neither it nor any after it has an effect: the daemon was killed before it. */
        KILLED
    }

    private final List<String> actions = new ArrayList<>();
    private String awaited = "";
    private int nth = Integer.MAX_VALUE;
    private How how = How.BEFORE;

    /** What is done to the world. */
    @FunctionalInterface
    public interface Action<T> {
        T run() throws IOException;
    }

    /** From now on the n-th action, counted from 1, fails. */
    public synchronized void arm(int newNth, How newHow) {
        actions.clear();
        awaited = "";
        nth = newNth;
        how = newHow;
    }

    /** From now on the next action that is called so fails without an effect. */
    public synchronized void armFor(String beginning) {
        arm(Integer.MAX_VALUE, How.BEFORE);
        awaited = beginning;
    }

    /** Nothing fails any more. */
    public synchronized void disarm() {
        awaited = "";
        nth = Integer.MAX_VALUE;
    }

    /** Whether the action that was to fail was reached. */
    public synchronized boolean tripped() {
        return actions.size() >= nth;
    }

    /** What was done since the last {@link #arm}, in order. */
    public synchronized List<String> actions() {
        return List.copyOf(actions);
    }

    /** System calls that a killed daemon does not make; they are not counted. */
    LinuxSyscalls killing(LinuxSyscalls real) {
        return (LinuxSyscalls)
                Proxy.newProxyInstance(
                        LinuxSyscalls.class.getClassLoader(),
                        new Class<?>[] {LinuxSyscalls.class},
                        (_, method, arguments) -> {
                            if (killed() && !method.getName().equals("close")) {
                                throw new SyscallException(method.getName(), "killed", Errno.EIO);
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private synchronized boolean killed() {
        return how == How.KILLED && tripped();
    }

    /** Does it, unless it is its turn to fail. */
    <T> T act(String what, Action<T> action) throws IOException {
        int turn = turn(what);
        if (turn == nth && how != How.AFTER || turn > nth && how == How.KILLED) {
            throw new IOException(message(turn, what));
        }
        var result = action.run();
        if (turn == nth) {
            throw new IOException(message(turn, what));
        }
        return result;
    }

    /** The same for what throws no {@link IOException} of its own. */
    <T> T actUnchecked(String what, Action<T> action) {
        try {
            return act(what, action);
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "%s", e.getMessage());
        }
    }

    private synchronized int turn(String what) {
        actions.add(what);
        if (!awaited.isEmpty() && what.startsWith(awaited)) {
            awaited = "";
            nth = actions.size();
        }
        return actions.size();
    }

    private static String message(int turn, String what) {
        return "made to fail: action %d, %s".formatted(turn, what);
    }
}
