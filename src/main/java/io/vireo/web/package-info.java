/**
 * The HTTP port: health for probes and load balancers, and metrics for Prometheus. Runs on a loop of its own, and asks the
 * keyspace's loop for one snapshot a request.
 *
 * <p>Start reading at {@link io.vireo.web.HttpVerticle}.
 */
package io.vireo.web;
