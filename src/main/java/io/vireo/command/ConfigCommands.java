package io.vireo.command;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Words;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** CONFIG and its subcommands. Handlers run on the keyspace thread, where listeners of the configuration are called. */
public final class ConfigCommands {
    private static final String[] HELP = {
        "CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET <pattern> [<pattern> ...]",
        "    The options whose names match, with their values.",
        "SET <option> <value> [<option> <value> ...]",
        "    Change options: all of these, or none.",
        "REWRITE",
        "    Make the configuration file say what is set now.",
        "RESETSTAT",
        "    Count from zero again what INFO counts.",
        "HELP",
        "    This text.",
    };

    private final Config config;
    private final BooleanSupplier loading;
    private final Runnable resetStats;
    private final ServerLog log;

    /**
     * @param loading whether the data set is being loaded, when some options may not be changed
     * @param resetStats sets to zero what INFO counts
     */
    public ConfigCommands(Config config, BooleanSupplier loading, Runnable resetStats, ServerLog log) {
        this.config = config;
        this.loading = loading;
        this.resetStats = resetStats;
        this.log = log;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(container(
                        "config",
                        -2,
                        List.of(
                                plain("get", -3, this::get, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("set", -4, this::set, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("rewrite", 2, this::rewrite, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("resetstat", 2, this::resetStat, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("help", 2, ConfigCommands::help, LOADING, STALE)))));
    }

    /** CONFIG GET pattern [pattern ...]. Replies with a map; a name without wildcards comes back as it was written. */
    private void get(CommandContext ctx, Args args, ReplyWriter out) {
        Map<String, String> found = config.match(words(args));

        out.map(found.size());
        found.forEach((name, value) -> {
            out.bulk(Words.bytes(name));
            out.bulk(Words.bytes(value));
        });
    }

    /** CONFIG SET option value [option value ...]. One that is refused, by its type or its owner, undoes the others. */
    private void set(CommandContext ctx, Args args, ReplyWriter out) {
        try {
            config.set(words(args), ctx.session().isLocal(), loading.getAsBoolean());
        } catch (ConfigRefusal refusal) {
            throw ErrorReply.of(Words.text(refusal.reason())).raise();
        }

        out.ok();
    }

    /** CONFIG REWRITE. */
    private void rewrite(CommandContext ctx, Args args, ReplyWriter out) {
        try {
            config.rewrite();
        } catch (ConfigRefusal refusal) {
            log.warning("CONFIG REWRITE failed: " + Words.text(refusal.reason()));
            throw ErrorReply.of(Words.text(refusal.reason())).raise();
        }

        log.warning("CONFIG REWRITE executed with success.");
        out.ok();
    }

    /** CONFIG RESETSTAT. */
    private void resetStat(CommandContext ctx, Args args, ReplyWriter out) {
        resetStats.run();

        out.ok();
    }

    /** CONFIG HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(out, HELP);
    }

    /** The words after the subcommand's. */
    private static List<String> words(Args args) {
        List<String> words = new ArrayList<>();
        for (int i = 2; i < args.count(); i++) {
            words.add(Words.ofBytes(args.get(i).toArray()));
        }
        return words;
    }
}
