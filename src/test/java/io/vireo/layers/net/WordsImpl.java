package io.vireo.layers.net;

import io.vireo.layers.resp.Words;

/** A name that says nothing. */
final class WordsImpl implements Words {
    private WordsImpl() {}
}
