package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.CommandContext;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import java.util.Optional;

/** The group whose voters say who leads, as a node's replication sees it. */
@RunsOn(Loop.KEYSPACE)
public interface Group {
    /** No voters: whom the node follows is the operator's choice, or a Sentinel's. */
    Group NONE = new Group() {
        @Override
        public Optional<Member> self() {
            return Optional.empty();
        }

        @Override
        public void epochPresented(Epoch epoch) {}

        @Override
        public void handoverOffered(Epoch released) {}

        @Override
        public void leadWanted(CommandContext ctx, ReplyWriter out) {
            throw new IllegalStateException("there is no group");
        }

        @Override
        public void leadAnyway() {
            throw new IllegalStateException("there is no group");
        }

        @Override
        public void handoverWanted(Optional<NodeId> target) {
            throw new IllegalStateException("there is no group");
        }
    };

    /** Who this node is in its group; empty where there are no voters. */
    Optional<Member> self();

    /** Another node has said that it knows this epoch. */
    void epochPresented(Epoch epoch);

    /** The primary of this epoch has ended its lease so that this node may lead. */
    void handoverOffered(Epoch released);

    /** An operator wants this node, a replica, to lead: the reply comes when it does, or will not. */
    void leadWanted(CommandContext ctx, ReplyWriter out);

    /** An operator wants this node to lead, though others may hold more: the voters must agree all the same. */
    void leadAnyway();

    /** An operator, or a replica on behalf of one, wants this node, the primary, to hand over to that node, or to any. */
    void handoverWanted(Optional<NodeId> target);

    /** Why a write is refused while nobody leads that this node knows of. */
    default ErrorReply nobodyLeads() {
        return ErrorReply.READ_ONLY;
    }

    default boolean exists() {
        return self().isPresent();
    }
}
