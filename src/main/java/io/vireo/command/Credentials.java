package io.vireo.command;

import io.vireo.base.Bytes;

/** Who may log in. Until there are users of the ACL, only {@code default} exists, with {@code requirepass}. */
public interface Credentials {
    /** Whether the default user has a password; without one every connection is logged in. */
    boolean isPasswordRequired();

    /** Whether this user may log in with this password. Takes the same time wherever a wrong one differs. */
    boolean matches(Bytes user, Bytes password);
}
