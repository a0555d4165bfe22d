package io.vireo.node;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * SIGTERM and SIGINT as calls, so that the exit status is ours and a shutdown can be refused.
 *
 * <p>The JDK has no supported way but shutdown hooks, which cannot do either; {@code sun.misc.Signal} is reached by
 * reflection, since javac warns of every mention of it.
 */
final class Signals {
    private Signals() {}

    /** Calls the handler, on a thread of the JVM's, with the signal's name as in {@code TERM}. */
    static void handle(String name, Consumer<String> handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, args) -> answer(proxy, method, args, name, handler);
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, call);
            signal.getMethod("handle", signal, handlerType)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // The JVM was told to leave signals alone (-Xrs), or has none: it then ends as the JVM ends.
        }
    }

    private static Object answer(Object proxy, Method method, Object[] args, String name, Consumer<String> handler) {
        return switch (method.getName()) {
            case "handle" -> {
                handler.accept(name);
                yield null;
            }
            case "equals" -> proxy == args[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "handler of " + name;
        };
    }
}
