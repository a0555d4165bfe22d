package io.vireo.it;

/** Shows bytes in failures and dumps. */
final class Quoted {
    private static final int SHOWN = 2_000;

    private Quoted() {}

    /** Bytes, one Latin-1 character each, with everything outside of printable ASCII escaped; very long ones cut. */
    static String text(String bytes) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < bytes.length(); i++) {
            if (i == SHOWN) {
                return out.append("\"… (")
                        .append(bytes.length())
                        .append(" bytes)")
                        .toString();
            }
            char c = bytes.charAt(i);
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '"', '\\' -> out.append('\\').append(c);
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
