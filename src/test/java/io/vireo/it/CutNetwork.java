package io.vireo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Hosts around a router, as network namespaces of this machine, whose ways to each other can be cut: what is cut vanishes
 * without a word, and connections stay open. This JVM reaches all hosts at all times. Needs root.
 *
 * <p>The router drops what its policy rules send to nowhere. A rule has one direction, and may name a port.
 */
final class CutNetwork implements AutoCloseable {
    /** 198.18.0.0/15 is set aside for tests of networks. Each host has four addresses: the net's, the router's, its own. */
    private static final String NET = "198.18." + ProcessHandle.current().pid() % 256 + ".";

    private static final int STRIDE = 4;
    private static final String NAME =
            "vireo" + ProcessHandle.current().pid() % 100_000 + "n"; // a device's name has 15 letters at most

    private static final String ROUTER = NAME + "r";
    private static final int RULE = 100;

    private final List<Place> places;
    private final List<String> rules = new ArrayList<>();

    private CutNetwork(int hosts) {
        places = IntStream.rangeClosed(1, hosts)
                .mapToObj(host -> new Place(address(host, 2), List.of("ip", "netns", "exec", NAME + host)))
                .toList();
    }

    /**
     * Lays a network out.
     *
     * @throws UncheckedIOException if this machine or user has no network namespaces; the message says what was said
     */
    static CutNetwork of(int hosts) {
        CutNetwork network = new CutNetwork(hosts);
        Runtime.getRuntime().addShutdownHook(new Thread(network::close));
        try {
            network.layOut();
        } catch (UncheckedIOException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private static String address(int host, int last) {
        return NET + (STRIDE * host + last);
    }

    private void layOut() {
        ip("netns", "add", ROUTER);
        set("net.ipv4.ip_forward=1");
        // A one-way cut must not make the router doubt the senders of the other way.
        set("net.ipv4.conf.all.rp_filter=0");
        set("net.ipv4.conf.default.rp_filter=0");
        for (int host = 1; host <= places.size(); host++) {
            ip("netns", "add", NAME + host);
            ip("-n", ROUTER, "link", "add", "p" + host, "type", "veth", "peer", "name", "eth0", "netns", NAME + host);
            up(ROUTER, "p" + host, address(host, 1));
            up(NAME + host, "eth0", address(host, 2));
            ip("-n", NAME + host, "link", "set", "lo", "up");
            ip("-n", NAME + host, "route", "add", "default", "via", address(host, 1));
        }
        ip("link", "add", NAME, "type", "veth", "peer", "name", "p0", "netns", ROUTER);
        up(ROUTER, "p0", address(0, 1));
        ip("addr", "add", address(0, 2) + "/30", "dev", NAME);
        ip("link", "set", NAME, "up");
        ip("route", "add", NET + "0/24", "via", address(0, 1));
    }

    private static void up(String namespace, String device, String address) {
        ip("-n", namespace, "addr", "add", address + "/30", "dev", device);
        ip("-n", namespace, "link", "set", device, "up");
    }

    private static void set(String setting) {
        run("", "ip", "netns", "exec", ROUTER, "sysctl", "-q", "-w", setting);
    }

    /** One for each host. */
    List<Place> places() {
        return places;
    }

    /** Nothing that one sends reaches the others any more. */
    void cutOneWay(ServerProcess from, List<ServerProcess> to) {
        cut(to.stream().map(node -> way(from, node)));
    }

    /** Nothing that these send reaches the other any more. */
    void cutOneWay(List<ServerProcess> from, ServerProcess to) {
        cut(from.stream().map(node -> way(node, to)));
    }

    /** One and the others do not reach each other any more. */
    void cut(ServerProcess one, List<ServerProcess> others) {
        cut(others.stream().flatMap(other -> Stream.of(way(one, other), way(other, one))));
    }

    /** One does not reach this port of another any more, and is not answered from it. */
    void cutFromPort(ServerProcess one, ServerProcess other, int port) {
        cut(Stream.of(way(one, other) + " ipproto tcp dport " + port, way(other, one) + " ipproto tcp sport " + port));
    }

    private static String way(ServerProcess from, ServerProcess to) {
        return "from " + from.place().host() + " to " + to.place().host();
    }

    private void cut(Stream<String> ways) {
        List<String> added =
                ways.map(way -> "pref " + RULE + " " + way + " blackhole").toList();
        batch("rule add ", added);
        rules.addAll(added);
    }

    /** Everybody reaches everybody again. */
    void mend() {
        batch("rule del ", rules);
        rules.clear();
    }

    /** All of them at once, as near as the system comes to it. */
    private static void batch(String verb, List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(verb).append(line).append('\n'));
        run(text.toString(), "ip", "-n", ROUTER, "-batch", "-");
    }

    private static void ip(String... words) {
        List<String> line = new ArrayList<>(List.of("ip"));
        line.addAll(List.of(words));
        run("", line.toArray(String[]::new));
    }

    private static void run(String input, String... line) {
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.outputWriter().append(input).close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (process.waitFor() != 0) {
                throw new UncheckedIOException(new IOException(String.join(" ", line) + ": " + output.strip()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes the network away, at the end of this JVM at the latest; devices go with their namespaces. */
    @Override
    public void close() {
        for (int host = 1; host <= places.size(); host++) {
            remove(NAME + host);
        }
        remove(ROUTER);
    }

    private static void remove(String namespace) {
        try {
            ip("netns", "del", namespace);
        } catch (UncheckedIOException e) {
            // It was not made, or is gone.
        }
    }
}
