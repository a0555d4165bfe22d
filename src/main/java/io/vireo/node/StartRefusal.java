package io.vireo.node;

/** A configuration with which a node does not start, found when its parts are built. */
final class StartRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param report the lines for standard error */
    StartRefusal(String report) {
        super(report, null, false, false);
    }
}
