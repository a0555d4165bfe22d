package io.vireo.config;

/**
 * A line of a configuration file that CONFIG REWRITE makes.
 *
 * @param text the whole line, a word
 * @param isWanted whether a file that has no line for it to replace gets it: it says something else than the default
 */
record ConfigLine(String text, boolean isWanted) {}
