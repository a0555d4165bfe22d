package io.vireo.value;

import io.vireo.base.Bytes;

/** Takes the content of a collection for a digest: equal content gives equal calls, but for the order of what has none. */
public interface DigestSink {
    /** One word of an element. */
    void word(Bytes word);

    /** The element is complete. Where elements have no order, any order of them must give the same digest. */
    void endOfElement(boolean ordered);
}
