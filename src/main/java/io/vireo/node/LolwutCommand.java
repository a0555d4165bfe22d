package io.vireo.node;

import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFlag.FAST;

import io.vireo.base.Product;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandSpec;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * LOLWUT [VERSION version] [columns] [rows] [birds]: vireos in a tree, never twice the same. Version 1 is the picture that
 * there is; of others only the last line comes, with the server's version, as in Redis.
 */
final class LolwutCommand {
    private static final int PICTURE = 1;
    private static final int COLUMNS = 72;
    private static final int ROWS = 16;
    private static final int BIRDS = 5;
    private static final int MOST_COLUMNS = 1000;
    private static final int MOST_ROWS = 200;
    private static final int MOST_BIRDS = 200;
    private static final String LEAVES = ",.'`\"";
    private static final String[][] SHAPES = {
        {"  __ ", " (o_>", "//_) ", " \"\"  "},
        {" __  ", "<_o) ", " (_\\\\", "  \"\" "},
    };

    private final char[][] canvas;
    private final RandomGenerator random;

    private LolwutCommand(int columns, int rows, RandomGenerator random) {
        this.canvas = new char[rows][columns];
        this.random = random;
        for (char[] row : canvas) {
            Arrays.fill(row, ' ');
        }
    }

    static CommandSpec row() {
        return read("lolwut", -1, List.of(), LolwutCommand::lolwut, FAST);
    }

    private static void lolwut(CommandContext ctx, Args args, ReplyWriter out) {
        int first = 1;
        long version = PICTURE;
        if (args.count() > 2 && args.get(1).isWord("version")) {
            version = args.integer(2);
            first = 3;
        }
        StringBuilder text = new StringBuilder();
        if (version == PICTURE && (first == args.count() || isSize(args, first))) {
            LolwutCommand picture = new LolwutCommand(
                    size(args, first, COLUMNS, MOST_COLUMNS),
                    size(args, first + 1, ROWS, MOST_ROWS),
                    ctx.keyspace().random());
            picture.draw(size(args, first + 2, BIRDS, MOST_BIRDS));
            text.append(picture).append('\n');
        }
        text.append("Vireo ver. ").append(Product.version());
        text.append(", Redis ver. ").append(Product.REDIS_VERSION).append('\n');
        out.verbatim("txt", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isSize(Args args, int index) {
        return !args.get(index).isWord("version");
    }

    private static int size(Args args, int index, int usual, int most) {
        return index >= args.count() ? usual : Math.clamp(args.integer(index), 1, most);
    }

    private void draw(int birds) {
        int rows = canvas.length;
        int branches = Math.max(1, rows / 8);
        for (int i = 0; i < branches; i++) {
            int top = rows * i / branches;
            int bottom = rows * (i + 1) / branches - 1;
            drawBranch(top, bottom, birds * (i + 1) / branches - birds * i / branches);
        }
    }

    private void drawBranch(int top, int bottom, int birds) {
        int columns = canvas[0].length;
        double swing = Math.max(0, Math.min(1.5, (bottom - top - 4) / 2.0));
        double wave = 20 + random.nextInt(30);
        double phase = random.nextDouble() * 2 * Math.PI;
        int[] heights = new int[columns];
        for (int x = 0; x < columns; x++) {
            double y = bottom - 1 - swing + swing * Math.sin(x / wave * 2 * Math.PI + phase);
            heights[x] = Math.clamp(Math.round(y), top, bottom);
            boolean level = x == 0 || heights[x] == heights[x - 1];
            put(x, heights[x], level ? '=' : heights[x] > heights[x - 1] ? '\\' : '/');
            if (random.nextInt(3) == 0) {
                put(x, heights[x] + 1, LEAVES.charAt(random.nextInt(LEAVES.length())));
            }
        }
        for (int i = 0; i < birds; i++) {
            String[] shape = SHAPES[random.nextInt(SHAPES.length)];
            int x = random.nextInt(Math.max(1, columns - shape[0].length()));
            drawBird(shape, x, heights[Math.min(columns - 1, x + 2)] - shape.length);
        }
    }

    private void drawBird(String[] shape, int left, int top) {
        for (int y = 0; y < shape.length; y++) {
            for (int x = 0; x < shape[y].length(); x++) {
                if (shape[y].charAt(x) != ' ') {
                    put(left + x, top + y, shape[y].charAt(x));
                }
            }
        }
    }

    private void put(int x, int y, char ink) {
        if (y >= 0 && y < canvas.length && x < canvas[y].length) {
            canvas[y][x] = ink;
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (char[] row : canvas) {
            text.append(new String(row).stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
