package io.vireo.sim;

/** What had to hold in a simulation does not. */
final class BrokenInvariant extends AssertionError {
    private static final long serialVersionUID = 1;
    private final String name;

    BrokenInvariant(String name, String detail) {
        super(name + ": " + detail);
        this.name = name;
    }

    String invariant() {
        return name;
    }
}
