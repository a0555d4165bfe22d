package io.vireo.command;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** INFO, put together from the sections that the features bring. */
public final class InfoCommand {
    private final List<InfoSection> sections;

    /** @param sections in the order of the reply; parts that are built later may still be added */
    public InfoCommand(List<InfoSection> sections) {
        this.sections = sections;
    }

    /** The command's row. */
    public CommandSpec row() {
        return plain("info", -1, this::info, LOADING, STALE);
    }

    /** INFO [section ...]; {@code default}, {@code all} and {@code everything} stand for several. */
    private void info(CommandContext ctx, Args args, ReplyWriter out) {
        Set<String> asked = new HashSet<>();
        for (int i = 1; i < args.count(); i++) {
            asked.add(args.get(i).toString().toLowerCase(Locale.ROOT));
        }
        out.verbatim("txt", text(asked).getBytes(StandardCharsets.UTF_8));
    }

    /** The reply for these sections; none stands for the default ones. */
    public String text(Set<String> asked) {
        boolean all = asked.contains("all") || asked.contains("everything");
        boolean usual = asked.isEmpty() || asked.contains("default");
        InfoText text = new InfoText();
        for (InfoSection section : sections) {
            if (all
                    || usual && section.isDefault()
                    || asked.contains(section.title().toLowerCase(Locale.ROOT))) {
                text.title(section.title());
                section.write(text);
            }
        }
        return text.toString();
    }
}
