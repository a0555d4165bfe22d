package io.vireo.config;

/** Why a value, a line or a CONFIG SET is refused, in the words for the user. An answer: it has no stack trace. */
public final class ConfigRefusal extends Exception {
    private static final long serialVersionUID = 1;

    public ConfigRefusal(String reason) {
        super(reason, null, false, false);
    }

    /** The reason alone, without the line or the option that it is about. */
    public String reason() {
        return getMessage();
    }
}
