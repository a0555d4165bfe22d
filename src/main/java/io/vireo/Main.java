package io.vireo;

import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.config.CommandLine;
import io.vireo.node.Background;
import io.vireo.node.Nodes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** The server's entry: reads the command line and runs its nodes until they end. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Input input = new Input();
        switch (CommandLine.read(List.of(args), Path.of(""), input)) {
            case CommandLine.Stop stop -> {
                System.out.print(stop.standardOutput());
                System.out.flush();
                System.err.print(stop.standardError());
                System.exit(stop.exitCode());
            }
            case CommandLine.Fail fail -> {
                new ServerLog(null, LogLevel.NOTICE).warning(fail.logText());
                System.exit(1);
            }
            case CommandLine.Start start
            when Background.isWanted(start.nodes()) -> System.exit(Background.start(input.taken));
            case CommandLine.Start start -> Nodes.run(start.nodes(), args.length > 0);
        }
    }

    /** Standard input, and what was read from it: a server in the background has to read it again. */
    private static final class Input extends InputStream {
        private byte[] taken = {};

        @Override
        public int read() throws IOException {
            throw new IOException("to be read as a whole");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            throw new IOException("to be read as a whole");
        }

        @Override
        public byte[] readAllBytes() throws IOException {
            taken = System.in.readAllBytes();
            return taken;
        }
    }
}
