// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes down every call, then passes it on to another {@link LinuxSyscalls} or, made with {@link
 * #dry()}, answers it at once: 0, an empty string, an empty array or list.
 *
 * <p>A call is written as its name and arguments, for example {@code mkdirat(-100, /tmp/x, 493)}.
 */
public final class RecordingLinuxSyscalls {
    private final List<String> calls = new ArrayList<>();
    private final LinuxSyscalls calling;

    private RecordingLinuxSyscalls(InvocationHandler answering) {
        this.calling =
                proxy(
                        (proxy, method, args) -> {
                            record(method, args);
                            return answering.invoke(proxy, method, args);
                        });
    }

    /** Calls have no effect. Those that return a structure cannot be answered. */
    public static RecordingLinuxSyscalls dry() {
        return new RecordingLinuxSyscalls((_, method, _) -> nothing(method));
    }

    /** Calls have the effect that {@code next} gives them. */
    public static RecordingLinuxSyscalls before(LinuxSyscalls next) {
        return new RecordingLinuxSyscalls((_, method, args) -> forward(next, method, args));
    }

    /** To be given to the code under test. */
    public LinuxSyscalls syscalls() {
        return calling;
    }

    /** What was called so far, in order. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    private synchronized void record(Method method, Object[] args) {
        calls.add(method.getName() + "(" + shown(args) + ")");
    }

    static LinuxSyscalls proxy(InvocationHandler handler) {
        return (LinuxSyscalls)
                Proxy.newProxyInstance(
                        LinuxSyscalls.class.getClassLoader(),
                        new Class<?>[] {LinuxSyscalls.class},
                        handler);
    }

    static Object forward(LinuxSyscalls next, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(next, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String shown(Object @Nullable [] args) {
        if (args == null) {
            return "";
        }
        return Arrays.stream(args)
                .map(arg -> arg instanceof byte[] bytes ? bytes.length + " bytes" : "" + arg)
                .collect(Collectors.joining(", "));
    }

    private static @Nullable Object nothing(Method method) {
        var type = method.getReturnType();
        if (type == void.class) {
            return null;
        }
        if (type == int.class) {
            return 0;
        }
        if (type == String.class) {
            return "";
        }
        if (type == byte[].class) {
            return new byte[0];
        }
        if (type == List.class) {
            return List.of();
        }
        throw new UnsupportedOperationException(
                method.getName() + " has no empty answer; record before a real one instead");
    }
}
