package io.vireo.persist;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_ASYNC_LOADING;
import static io.vireo.command.CommandFlag.NO_MULTI;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.command.AclCategory;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.List;

/** SAVE, BGSAVE and LASTSAVE. Handlers run on the keyspace thread. */
public final class SaveCommands {
    private static final ErrorReply IN_PROGRESS = ErrorReply.of("ERR Background save already in progress");

    private static final ErrorReply REWRITING = ErrorReply.of("ERR Another child process is active (AOF?): can't BGSAVE"
            + " right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.");

    private final Saving saving;

    public SaveCommands(Saving saving) {
        this.saving = saving;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(
                        plain("save", 1, this::save, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI),
                        plain("bgsave", -1, this::bgsave, ADMIN, NOSCRIPT, NO_ASYNC_LOADING),
                        with(
                                with(plain("lastsave", 1, this::lastSave, LOADING, STALE, FAST), AclCategory.ADMIN),
                                AclCategory.DANGEROUS)));
    }

    /** SAVE. Serves nobody until it is done. */
    private void save(CommandContext ctx, Args args, ReplyWriter out) {
        if (saving.isRunning()) {
            throw (isRewriting() ? REWRITING : IN_PROGRESS).raise();
        }
        if (!saving.saveNow()) {
            throw ErrorReply.of("ERR").raise();
        }
        out.ok();
    }

    /** BGSAVE [SCHEDULE]. While the append-only file is being rewritten, SCHEDULE saves when that is done. */
    private void bgsave(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 2 || args.count() == 2 && !args.get(1).isWord("schedule")) {
            throw ErrorReply.SYNTAX.raise();
        }
        if (isRewriting()) {
            if (args.count() == 1) {
                throw REWRITING.raise();
            }
            saving.schedule();
            out.simple("Background saving scheduled");
            return;
        }
        if (saving.isRunning()) {
            throw IN_PROGRESS.raise();
        }
        saving.begin(outcome -> {});
        out.simple("Background saving started");
    }

    private boolean isRewriting() {
        return saving.running() == Saving.Running.TO_AOF;
    }

    /** LASTSAVE. Replies with the Unix time of the last save that went well. */
    private void lastSave(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(saving.savedAtMs() / 1000);
    }
}
