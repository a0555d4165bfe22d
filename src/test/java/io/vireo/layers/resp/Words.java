package io.vireo.layers.resp;

/** Innocent: others go wrong by using it. */
public interface Words {}
