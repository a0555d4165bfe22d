package io.vireo.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The texts of all commands, as they are in {@code docs/<group>.json} beside this class: an object with a member for each
 * command, a subcommand's being {@code container|name}.
 *
 * <pre>
 * "getex": {
 *   "summary": "...", "since": "6.2.0", "complexity": "O(1)",
 *   "internal": true, "deprecated": {"since": "...", "replaced_by": "..."},
 *   "history": [{"since": "...", "change": "..."}], "tips": ["..."],
 *   "arguments": [{"name": "key", "type": "key", "key": 0},
 *                 {"name": "seconds", "type": "integer", "token": "EX", "since": "...", "flags": ["optional"]},
 *                 {"name": "...", "type": "oneof", "parts": [...]}]
 * }
 * </pre>
 *
 * Only {@code summary}, {@code since}, and of an argument {@code name} and {@code type} must be there. All nodes of a
 * process share what was read: by {@link #load}, or at the first question where that comes earlier.
 */
@RunsOn(Loop.ANY)
public final class CommandTexts {
    private static final Map<String, Map<String, CommandText>> BY_GROUP = new ConcurrentHashMap<>();

    /** Reads the texts of these groups, so that no question has to wait for it. On any thread but a loop. */
    public static void load(Collection<String> groups) {
        groups.forEach(CommandTexts::group);
    }

    private static Map<String, CommandText> group(String name) {
        return BY_GROUP.computeIfAbsent(name, CommandTexts::read);
    }

    /** The text of a command, or null where none is written. */
    public CommandText of(Command command) {
        return group(command.group()).get(command.fullName());
    }

    /** The names of all commands of a group that have a text. */
    public List<String> names(String group) {
        return List.copyOf(group(group).keySet());
    }

    private static Map<String, CommandText> read(String group) {
        Map<String, CommandText> texts = new HashMap<>();
        try (InputStream in = CommandTexts.class.getResourceAsStream("docs/" + group + ".json")) {
            if (in == null) {
                return texts;
            }
            JsonObject all = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            all.fieldNames().forEach(name -> texts.put(name, text(all.getJsonObject(name))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    private static CommandText text(JsonObject json) {
        JsonObject deprecated = json.getJsonObject("deprecated", new JsonObject());
        return new CommandText(
                json.getString("summary"),
                json.getString("since"),
                json.getString("complexity"),
                json.getBoolean("internal", false),
                deprecated.getString("since"),
                deprecated.getString("replaced_by"),
                objects(json, "history")
                        .map(change -> new CommandText.Change(change.getString("since"), change.getString("change")))
                        .toList(),
                strings(json, "tips"),
                arguments(json, "arguments"));
    }

    private static List<CommandText.Argument> arguments(JsonObject json, String member) {
        return objects(json, member)
                .map(argument -> new CommandText.Argument(
                        argument.getString("name"),
                        argument.getString("type"),
                        argument.getInteger("key", -1),
                        argument.getString("token"),
                        argument.getString("since"),
                        argument.getString("deprecated"),
                        strings(argument, "flags"),
                        arguments(argument, "parts")))
                .toList();
    }

    private static Stream<JsonObject> objects(JsonObject json, String member) {
        return json.getJsonArray(member, new JsonArray()).stream().map(JsonObject.class::cast);
    }

    private static List<String> strings(JsonObject json, String member) {
        return json.getJsonArray(member, new JsonArray()).stream()
                .map(String.class::cast)
                .toList();
    }
}
