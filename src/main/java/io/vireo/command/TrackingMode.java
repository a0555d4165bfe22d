package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** What a client has chosen with CLIENT TRACKING: of which changes it is told, and where. */
@RunsOn(Loop.KEYSPACE)
public final class TrackingMode {
    private final long redirect;
    private final boolean broadcast;
    private final boolean optIn;
    private final boolean optOut;
    private final boolean noLoop;
    private boolean broken;

    /**
     * @param redirect the id of the client that is told instead, or 0
     * @param broadcast whether it is told of all keys with its prefixes, instead of those it has read
     * @param optIn whether only what it reads after CLIENT CACHING YES is remembered
     * @param optOut whether what it reads after CLIENT CACHING NO is not remembered
     * @param noLoop whether it is not told what it has changed itself
     */
    public TrackingMode(long redirect, boolean broadcast, boolean optIn, boolean optOut, boolean noLoop) {
        this.redirect = redirect;
        this.broadcast = broadcast;
        this.optIn = optIn;
        this.optOut = optOut;
        this.noLoop = noLoop;
    }

    public long redirect() {
        return redirect;
    }

    public boolean isBroadcast() {
        return broadcast;
    }

    public boolean isOptIn() {
        return optIn;
    }

    public boolean isOptOut() {
        return optOut;
    }

    public boolean isNoLoop() {
        return noLoop;
    }

    /** Whether there was something to tell, and the client that should be told was gone. */
    public boolean isBroken() {
        return broken;
    }

    /** The client that should be told is gone. */
    public void breaks() {
        broken = true;
    }

    /**
     * Whether what the client reads now is remembered.
     *
     * @param said whether CLIENT CACHING was said before this command
     */
    public boolean remembers(boolean said) {
        return !broadcast && (!optIn || said) && !(optOut && said);
    }
}
