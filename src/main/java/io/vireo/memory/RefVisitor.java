package io.vireo.memory;

/** Is shown references of a {@link Table}, one by one. It must not change the table meanwhile. */
@FunctionalInterface
public interface RefVisitor {
    void visit(int ref);
}
