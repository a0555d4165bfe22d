package io.vireo.replication;

/** What a handover asks for; a {@link Say} too. */
public sealed interface FailoverAction permits Say, FailoverAction.OnNode {

    /** What is done with the node. */
    sealed interface OnNode extends FailoverAction {}

    /** Take no more writes. */
    record PauseWrites() implements OnNode {}

    /** Let those go on who waited to write. */
    record ResumeWrites() implements OnNode {}

    /** Follow this replica of ours, and ask it to lead. */
    record FollowHeir(Target target) implements OnNode {}

    /** Lead again. */
    record LeadAgain() implements OnNode {}
}
