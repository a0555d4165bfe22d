package io.vireo.topology;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * The fixed set of voters of one group. A majority is one of all of them, whether they can be reached or not.
 *
 * @param name the group's name, Sentinel's name of the master
 * @param voters an odd number of them, in the order of their addresses
 */
public record VoterSet(String name, List<VoterId> voters) {

    /** @throws IllegalArgumentException with a text for the operator, if the number is even or an address is there twice */
    public VoterSet {
        voters = voters.stream().sorted().toList();
        if (voters.size() % 2 == 0) {
            throw new IllegalArgumentException(
                    "the number of voters must be odd: " + voters.size() + " tolerate no more failures than one less");
        }
        if (voters.stream().distinct().count() != voters.size()) {
            throw new IllegalArgumentException("a voter is named twice");
        }
    }

    public int size() {
        return voters.size();
    }

    /** The smallest number of voters of which two sets always have one in common. */
    public int majority() {
        return voters.size() / 2 + 1;
    }

    /** All voters but this one. */
    public List<VoterId> without(VoterId voter) {
        return voters.stream().filter(other -> !other.equals(voter)).toList();
    }

    /** All addresses, for a text. */
    public String addresses() {
        return voters.stream().map(VoterId::address).collect(Collectors.joining(", "));
    }

    /** What every message carries, so that processes with different lists notice: name and list in eight hexadecimal digits. */
    public String fingerprint() {
        String text = voters.stream().map(VoterId::address).collect(Collectors.joining(" ", name + " ", ""));
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(sum.getValue());
    }
}
