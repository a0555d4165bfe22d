package io.vireo.keyspace;

import io.vireo.base.Bytes;

/** Is shown keys. A key is a view, good until the visit returns. */
@FunctionalInterface
public interface KeyVisitor {
    void visit(Bytes key);
}
