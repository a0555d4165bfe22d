package io.vireo.command;

import io.vireo.resp.ReplyWriter;

/** The reply of a HELP subcommand: an array of simple strings. */
public final class HelpReply {
    private HelpReply() {}

    public static void write(ReplyWriter out, String... lines) {
        out.array(lines.length);
        for (String line : lines) {
            out.simple(line);
        }
    }
}
