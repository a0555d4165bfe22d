package io.vireo.command;

import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.MOVABLEKEYS;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.unknown;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Workbench;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.ListValue;
import io.vireo.value.SetValue;
import io.vireo.value.SortedSetValue;
import io.vireo.value.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** SORT and SORT_RO. Handlers run on the keyspace thread. */
public final class SortCommands {
    public static final CommandFamily FAMILY = new CommandFamily(
            "generic",
            Stream.of(
                            write("sort", -2, keys(true), SortCommands::sort, DENYOOM, MOVABLEKEYS),
                            read("sort_ro", -2, keys(false), SortCommands::sortReadOnly, MOVABLEKEYS))
                    .map(row -> with(row, AclCategory.SET))
                    .map(row -> with(row, AclCategory.SORTEDSET))
                    .map(row -> with(row, AclCategory.LIST))
                    .map(row -> with(row, AclCategory.DANGEROUS))
                    .toList());

    private static final ErrorReply NOT_NUMBERS =
            ErrorReply.of("ERR One or more scores can't be converted into double");

    /** An element, with what it is compared by: a number, or bytes, which may be missing. */
    private record Element(byte[] word, double score, byte[] by) {}

    private final CommandContext ctx;
    private final SortRequest request;

    private SortCommands(CommandContext ctx, SortRequest request) {
        this.ctx = ctx;
        this.request = request;
    }

    /** The key that is sorted, those that its elements lead to, and the one of STORE. */
    private static List<KeySpec> keys(boolean stores) {
        List<KeySpec> keys = new ArrayList<>(List.of(key(1, RO, ACCESS), unknown(args -> -1, RO, ACCESS)));
        if (stores) {
            keys.add(unknown(SortRequest::placeOfStore, OW, UPDATE));
        }
        return keys;
    }

    /**
     * SORT key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA] [STORE
     * destination]. Replies with the elements, or with how many were stored.
     */
    private static void sort(CommandContext ctx, Args args, ReplyWriter out) {
        new SortCommands(ctx, SortRequest.parse(args, true)).run(args, out);
    }

    /** SORT_RO key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]. */
    private static void sortReadOnly(CommandContext ctx, Args args, ReplyWriter out) {
        new SortCommands(ctx, SortRequest.parse(args, false)).run(args, out);
    }

    private void run(Args args, ReplyWriter out) {
        List<byte[]> words = words(args.get(1));
        List<byte[]> range = request.isSorted() ? sorted(words) : words;
        List<byte[]> wanted = request.limited(range);
        if (request.store() >= 0) {
            store(args.get(request.store()), wanted, out);
        } else {
            out.array(wanted.size() * Math.max(1, request.gets().size()));
            wanted.forEach(word -> forEachOutput(word, output -> {
                if (output == null) {
                    out.nullBulk();
                } else {
                    out.bulk(output);
                }
            }));
        }
    }

    private interface Output {
        void take(byte[] word);
    }

    private void forEachOutput(byte[] word, Output output) {
        if (request.gets().isEmpty()) {
            output.take(word);
        }
        for (SortPattern get : request.gets()) {
            output.take(get.lookUp(ctx, word));
        }
    }

    private void store(Bytes target, List<byte[]> wanted, ReplyWriter out) {
        // Patterns look keys up one by one, so that the list that is made must not be in their way: it is filled last.
        List<byte[]> outputs = new ArrayList<>();
        wanted.forEach(word -> forEachOutput(word, output -> outputs.add(output == null ? new byte[0] : output)));
        Workbench workbench = ctx.keyspace().workbench();
        if (outputs.isEmpty()) {
            if (ctx.db().delete(target)) {
                ctx.changed(target, "del");
            }
        } else {
            ListValue list = workbench.begin(ListValue.TYPE, 0);
            outputs.forEach(output -> list.push(false, ctx.bytes(output)));
            workbench.place(ctx.db(), target);
            ctx.changed(target, "sortstore", outputs.size());
        }
        out.integer(outputs.size());
    }

    /** The elements of what is at a key, in its own order. */
    private List<byte[]> words(Bytes key) {
        List<byte[]> words = new ArrayList<>();
        ValueType type = ctx.db().typeOf(key);
        if (type == null) {
            ctx.db().lookUp(key);
            return words;
        }
        switch (type) {
            case LIST ->
                ctx.db().read(key, ListValue.TYPE).walk(0, true, element -> {
                    words.add(element.bytes().toArray());
                    return true;
                });
            case SET ->
                ctx.db()
                        .read(key, SetValue.TYPE)
                        .forEach(member -> words.add(member.bytes().toArray()));
            case ZSET -> {
                SortedSetValue set = ctx.db().read(key, SortedSetValue.TYPE);
                boolean down = !request.isSorted() && request.descending();
                set.walk(down ? set.size() - 1 : 0, !down, (member, score) -> {
                    words.add(member.bytes().toArray());
                    return true;
                });
            }
            default -> throw ErrorReply.WRONG_TYPE.raise();
        }
        if (type == ValueType.SET && !request.isSorted() && request.store() >= 0) {
            words.sort(Arrays::compareUnsigned); // replicas must come to the same order
        }
        return words;
    }

    private List<byte[]> sorted(List<byte[]> words) {
        List<Element> elements = new ArrayList<>(words.size());
        for (byte[] word : words) {
            elements.add(element(word));
        }
        Comparator<Element> order = request.alphabetic()
                ? request.by() == null
                        ? Comparator.comparing(Element::word, Arrays::compareUnsigned)
                        : Comparator.comparing(Element::by, Comparator.nullsFirst(Arrays::compareUnsigned))
                : Comparator.comparingDouble(Element::score).thenComparing(Element::word, Arrays::compareUnsigned);
        elements.sort(request.descending() ? Collections.reverseOrder(order) : order);
        return elements.stream().map(Element::word).toList();
    }

    private Element element(byte[] word) {
        if (request.by() == null) {
            return new Element(word, request.alphabetic() ? 0 : number(word), null);
        }
        byte[] by = request.by().lookUp(ctx, word);
        return new Element(word, request.alphabetic() || by == null ? 0 : number(by), by);
    }

    private double number(byte[] word) {
        double number = Scores.bound(ctx.bytes(word), 0, NOT_NUMBERS);
        return number == 0 ? 0 : number; // -0 is no less than 0
    }
}
