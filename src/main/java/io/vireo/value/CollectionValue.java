package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * A view of a collection, packed or large, pointed at one for the length of a command. It is good until another key
 * changes; changes through the view itself are followed. What it hands out is good until the next change.
 */
@RunsOn(Loop.KEYSPACE)
public abstract class CollectionValue {
    private ValueHome home;

    /** Points this view at a value. Types extend it by looking at what they find there. */
    public void pointAt(ValueHome newHome) {
        home = newHome;
    }

    protected final ValueHome home() {
        return home;
    }

    /** How many elements there are. An empty collection is no value: its key must go with its last element. */
    public abstract long size();

    /** What OBJECT ENCODING answers. */
    public abstract String encoding();

    /** Leaves the packed form if the value is beyond its limits, as one that comes from outside may be. */
    public abstract void fit();

    /** Shows all of the content. */
    public abstract void digest(DigestSink to);
}
