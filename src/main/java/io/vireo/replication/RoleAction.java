package io.vireo.replication;

import io.vireo.log.ReplicationHistory;

/** What a change of role or stream asks for; a {@link Say} too. */
public sealed interface RoleAction permits Say, RoleAction.OnLog, RoleAction.OnPeers {

    /** What is done with our own log. */
    sealed interface OnLog extends RoleAction {}

    /** What is done with primary and replicas. */
    sealed interface OnPeers extends RoleAction {}

    record Rename(ReplicationHistory history) implements OnLog {}

    /** Put a stream of which so many bytes have gone by in the place of the present one. */
    record RestartLog(long offset) implements OnLog {}

    record OpenBacklog() implements OnLog {}

    record FreeBacklog() implements OnLog {}

    /** The log takes a primary's bytes from now on. */
    record FollowInLog() implements OnLog {}

    /** The log takes our own effects from now on. */
    record LeadInLog() implements OnLog {}

    /** Close every replica's connection: they come back and ask again. */
    record DismissReplicas() implements OnPeers {}

    record TellLink(LinkEvent event) implements OnPeers {}
}
