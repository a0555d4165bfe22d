package io.vireo.outlet;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.Args;
import java.util.function.IntConsumer;

/** Knows which words of a command are keys. Any thread may ask. */
@RunsOn(Loop.ANY)
@FunctionalInterface
public interface CommandKeys {
    /** Tells the index of each word that is a key; none of a command that is not known. */
    void find(Args command, IntConsumer position);
}
