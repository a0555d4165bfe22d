package io.vireo.topology;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * Where somebody listens.
 *
 * @param host a name or an address, without brackets
 */
@RunsOn(Loop.ANY)
public record Endpoint(String host, int port) {
    /** Shown where it is not known. */
    public static final Endpoint NOWHERE = new Endpoint("", 0);

    /** Takes {@code host:port} apart; the host may have colons of its own, with or without brackets. */
    public static Endpoint of(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        boolean hasBrackets = host.startsWith("[") && host.endsWith("]");
        return new Endpoint(
                hasBrackets ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(address.substring(colon + 1)));
    }

    /** Host and port as two words. */
    public String words() {
        return host + " " + port;
    }

    /** As Sentinel names a replica and shows an address: an address of IPv6 with brackets. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
