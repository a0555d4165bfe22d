package io.vireo.topology;

import java.util.Optional;

/**
 * What a node has become.
 *
 * @param epoch the epoch of the record that says so
 * @param primary whom to follow; empty if that is not known yet, or if it is this node
 */
public record RoleChange(Role role, Epoch epoch, Optional<NodeId> primary) {}
