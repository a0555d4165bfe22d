package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * How far the files are.
 *
 * @param appendedTo stream offset up to which all is in the hands of the system
 * @param durableTo stream offset up to which all would be loaded after a loss of power
 * @param bytes of all files that would be loaded
 * @param broken whether a flush to the disk has failed, so that the current file takes nothing more
 */
@RunsOn(Loop.ANY)
record AofProgress(long appendedTo, long durableTo, long bytes, boolean broken) {}
