package io.vireo.group;

import io.vireo.topology.VoterId;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/** Which of the addresses that others know is this process. Asks the system, and may look up names: blocks. */
final class OwnAddress {
    private static final String LOOPBACK = "127.0.0.1";

    private OwnAddress() {}

    /**
     * The voter that listens on this port.
     *
     * @throws IllegalArgumentException with a text for the operator, if it is not one of the set, or cannot be told
     */
    static VoterId voter(List<VoterId> voters, int port) {
        List<VoterId> samePort =
                voters.stream().filter(voter -> voter.endpoint().port() == port).toList();
        List<VoterId> here = samePort.size() <= 1
                ? samePort
                : samePort.stream()
                        .filter(voter -> isHere(voter.endpoint().host()))
                        .toList();
        if (here.size() == 1) {
            return here.getFirst();
        }
        throw new IllegalArgumentException(
                samePort.isEmpty()
                        ? "voter-port " + port + " is the port of none of the voters"
                        : "which of the voters with port " + port + " this process is cannot be told from their hosts: "
                                + samePort);
    }

    /** In a container a name may not be known yet to those who resolve names, and be the machine's own all the same. */
    private static boolean isHere(String host) {
        try {
            String self = InetAddress.getLocalHost().getHostName();
            if (host.equals(self) || host.startsWith(self + ".")) {
                return true;
            }
        } catch (UnknownHostException e) {
            // a machine without a name
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (NetworkInterface.getByInetAddress(address) != null) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    /**
     * The host by which other nodes reach this one: as announced, else the address it is bound to, else that which a
     * packet to the voters would carry.
     */
    static String host(String announced, List<String> bind, List<VoterId> voters) {
        if (!announced.isEmpty()) {
            return announced;
        }
        for (String word : bind) {
            String bound = word.startsWith("-") ? word.substring(1) : word;
            if (!bound.equals("*") && !bound.equals("::*") && !bound.equals("0.0.0.0") && !bound.startsWith("::")) {
                return bound;
            }
        }
        String found = LOOPBACK;
        for (VoterId voter : voters) {
            String towards = towards(voter);
            if (!towards.startsWith("127.")) {
                found = towards;
            }
        }
        return found;
    }

    private static String towards(VoterId voter) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(
                    voter.endpoint().host(), voter.endpoint().port()));
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? LOOPBACK : local.getHostAddress();
        } catch (IOException | RuntimeException e) { // no way to it now
            return LOOPBACK;
        }
    }
}
