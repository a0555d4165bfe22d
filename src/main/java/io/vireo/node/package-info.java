/**
 * Wiring: builds a node's parts, starts them in order on one context, stops them in reverse; server commands and INFO.
 *
 * <p>Start reading at {@link io.vireo.node.Node}.
 */
package io.vireo.node;
