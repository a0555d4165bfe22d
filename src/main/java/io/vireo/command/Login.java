package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.Config;
import io.vireo.config.Options;

/**
 * What the configuration says about logging in and about the size of what a client may send. A voter's port has another
 * thread than its node's, and asks the same.
 */
@RunsOn(Loop.ANY)
public final class Login implements Credentials, SessionLimits {
    private volatile Bytes password;
    private volatile long maxBulkLength;

    public Login(Config config) {
        this.password = config.get(Options.REQUIREPASS);
        this.maxBulkLength = config.get(Options.PROTO_MAX_BULK_LEN);
        config.onChange(Options.REQUIREPASS, now -> password = now);
        config.onChange(Options.PROTO_MAX_BULK_LEN, now -> maxBulkLength = now);
    }

    @Override
    public boolean isPasswordRequired() {
        return !password.isEmpty();
    }

    @Override
    public boolean matches(Bytes user, Bytes given) {
        if (!user.toString().equals("default")) {
            return false;
        }
        if (!isPasswordRequired()) {
            return true;
        }
        Bytes expected = password;
        int difference = given.length() ^ expected.length();
        for (int i = 0; i < given.length(); i++) {
            difference |= given.at(i) ^ expected.at(i % expected.length());
        }
        return difference == 0;
    }

    @Override
    public long maxBulkLength() {
        return maxBulkLength;
    }
}
