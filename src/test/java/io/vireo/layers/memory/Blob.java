package io.vireo.layers.memory;

/** Innocent: others go wrong by using it. */
public interface Blob {}
