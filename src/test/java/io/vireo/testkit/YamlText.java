package io.vireo.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the YAML that our manifests are written in: maps, lists, plain and quoted scalars, {@code |} blocks, comments on
 * lines of their own. Anything else is refused. A document is a map; its scalars are strings.
 */
public final class YamlText {
    private final List<String> lines;
    private int at;

    private YamlText(List<String> lines) {
        this.lines = lines;
    }

    /** The documents of a file, in order. */
    public static List<Map<String, Object>> read(String text) {
        List<Map<String, Object>> documents = new ArrayList<>();
        for (String part : text.split("(?m)^---$", -1)) {
            documents.add(new YamlText(new ArrayList<>(part.lines().toList())).map(0));
        }
        return documents;
    }

    private Map<String, Object> map(int indent) {
        Map<String, Object> map = new LinkedHashMap<>();
        while (isAt(indent) && !text().startsWith("- ")) {
            String[] pair = text().split(":(?: |$)", 2);
            if (pair.length != 2) {
                throw new IllegalArgumentException("no key: " + lines.get(at));
            }
            at++;
            if (map.put(pair[0], value(pair[1], indent)) != null) {
                throw new IllegalArgumentException("twice: " + pair[0]);
            }
        }
        if (at < lines.size() && indentAt() > indent) {
            throw new IllegalArgumentException("too far right: " + lines.get(at));
        }
        return map;
    }

    private Object value(String text, int indent) {
        if (text.equals("|")) {
            return block(indent);
        }
        if (text.equals("{}")) {
            return Map.of();
        }
        if (!text.isEmpty()) {
            return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
        }
        skipComments();
        return text().startsWith("- ") ? list(indentAt()) : map(indentAt());
    }

    private List<Object> list(int indent) {
        List<Object> list = new ArrayList<>();
        while (isAt(indent) && text().startsWith("- ")) {
            String item = text().substring(2);
            if (item.matches("[\\w.-]+:(?: .*)?") || item.matches("[\\w./-]+: .*")) {
                lines.set(at, " ".repeat(indent + 2) + item);
                list.add(map(indent + 2));
            } else {
                at++;
                list.add(value(item, indent));
            }
        }
        return list;
    }

    private String block(int indent) {
        StringBuilder block = new StringBuilder();
        int inner = -1;
        while (at < lines.size() && (lines.get(at).isBlank() || indentAt() > indent)) {
            inner = inner < 0 ? indentAt() : inner;
            block.append(lines.get(at).isBlank() ? "" : lines.get(at).substring(inner))
                    .append('\n');
            at++;
        }
        return block.toString();
    }

    private boolean isAt(int indent) {
        skipComments();
        return at < lines.size() && indentAt() == indent;
    }

    private void skipComments() {
        while (at < lines.size() && (lines.get(at).isBlank() || text().startsWith("#"))) {
            at++;
        }
    }

    private String text() {
        return lines.get(at).strip();
    }

    private int indentAt() {
        String line = lines.get(at);
        return line.length() - line.stripLeading().length();
    }
}
