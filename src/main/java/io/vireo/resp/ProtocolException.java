package io.vireo.resp;

/** The peer broke the protocol: it is told why and its connection ends. Carries no stack trace. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param problem what is wrong, as in {@code invalid bulk length} */
    public ProtocolException(String problem) {
        super(problem, null, false, false);
    }

    /** What the peer is answered. */
    public ErrorReply reply() {
        return ErrorReply.of("ERR Protocol error: " + getMessage());
    }
}
