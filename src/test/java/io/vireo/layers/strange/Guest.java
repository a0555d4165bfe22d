package io.vireo.layers.strange;

/** Lives in a package that has no rank. */
interface Guest {}
