/**
 * The option table that serves the configuration file, the command line, CONFIG GET and SET, and the options page.
 *
 * <p>A {@link io.vireo.config.CommandLine} turns arguments and files into one {@link io.vireo.config.Config} per node, or
 * into a refusal in Redis's words. The table is {@link io.vireo.config.Options} (what Vireo obeys) and
 * {@link io.vireo.config.IdleOptions} (what it knows and accepts). Values are read on any thread and changed on the
 * node's keyspace thread. Start reading at {@link io.vireo.config.Options}.
 *
 * <p>A <em>word</em> here is a string whose characters are bytes, 0 to 255: a directive's argument exactly as it was
 * written. {@link io.vireo.config.Words} makes words of text and back.
 */
package io.vireo.config;
