package io.vireo;

import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.config.CommandLine;
import io.vireo.node.Nodes;
import java.nio.file.Path;
import java.util.List;

/** The server's entry: reads the command line and runs its nodes until they end. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        switch (CommandLine.read(List.of(args), Path.of(""), System.in)) {
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
            case CommandLine.Start start -> Nodes.run(start.nodes(), args.length > 0);
        }
    }
}
