package io.vireo.command;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One row of the command table: what the server obeys about a command.
 *
 * @param name in lower case; a subcommand's own word only
 * @param arity how many words, the name counted; negative: at least so many
 * @param flags what the gates and the dispatcher look at
 * @param categories its ACL categories, without those that follow from the flags
 * @param keys where its keys are
 * @param handler runs it; a container that was given no known subcommand never gets here
 * @param subcommands empty unless this is a container
 */
public record CommandSpec(
        String name,
        int arity,
        Set<CommandFlag> flags,
        Set<AclCategory> categories,
        List<KeySpec> keys,
        Handler handler,
        List<CommandSpec> subcommands) {

    public CommandSpec {
        flags = Set.copyOf(flags);
        categories = Set.copyOf(categories);
        keys = List.copyOf(keys);
        subcommands = List.copyOf(subcommands);
    }

    public boolean has(CommandFlag flag) {
        return flags.contains(flag);
    }

    /** Whether what it does may reach the stream. */
    public boolean mayReplicate() {
        return has(CommandFlag.WRITE) || has(CommandFlag.MAY_REPLICATE);
    }

    /** All categories, those that follow from the flags included. */
    public Set<AclCategory> allCategories() {
        Set<AclCategory> all = EnumSet.noneOf(AclCategory.class);
        all.addAll(categories);
        if (has(CommandFlag.WRITE)) {
            all.add(AclCategory.WRITE);
        }
        if (has(CommandFlag.READONLY) && !categories.contains(AclCategory.SCRIPTING)) {
            all.add(AclCategory.READ);
        }
        if (has(CommandFlag.ADMIN)) {
            all.add(AclCategory.ADMIN);
            all.add(AclCategory.DANGEROUS);
        }
        if (has(CommandFlag.PUBSUB)) {
            all.add(AclCategory.PUBSUB);
        }
        if (has(CommandFlag.BLOCKING)) {
            all.add(AclCategory.BLOCKING);
        }
        all.add(has(CommandFlag.FAST) ? AclCategory.FAST : AclCategory.SLOW);
        return all;
    }

    /** Whether this many words fit. */
    public boolean takes(int words) {
        return arity > 0 ? words == arity : words >= -arity;
    }
}
