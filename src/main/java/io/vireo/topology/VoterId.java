package io.vireo.topology;

/**
 * The name of a voter: its address, as the directive {@code voters} gives it.
 *
 * @param address {@code host:port}
 */
public record VoterId(String address) implements Comparable<VoterId> {
    /** Where it listens. */
    public Endpoint endpoint() {
        return Endpoint.of(address);
    }

    @Override
    public int compareTo(VoterId other) {
        return address.compareTo(other.address);
    }

    @Override
    public String toString() {
        return address;
    }
}
