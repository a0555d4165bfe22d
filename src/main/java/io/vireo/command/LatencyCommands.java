package io.vireo.command;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** LATENCY and its subcommands: what kept clients waiting, and how long commands take. Run on the keyspace thread. */
public final class LatencyCommands {
    private static final int LATEST_FIELDS = 4;
    private static final String[] HELP = {
        "LATENCY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "DOCTOR",
        "    What was slow, in sentences, and what may help.",
        "GRAPH <event>",
        "    The samples of an event, drawn with characters.",
        "HISTOGRAM [COMMAND ...]",
        "    How many calls took how long, of these commands or of all.",
        "HISTORY <event>",
        "    The samples of an event, with their times.",
        "LATEST",
        "    Of each event the last sample and the worst one.",
        "RESET [<event> ...]",
        "    Forget these events, or all.",
        "HELP",
        "    This text.",
    };

    private Dispatcher dispatcher;

    /** The family's rows. {@link #dispatcher} must be set before the first of them runs. */
    public CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(container(
                        "latency",
                        -2,
                        List.of(
                                plain("doctor", 2, this::doctor, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("graph", 3, this::graph, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("histogram", -2, this::histogram, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("history", 3, this::history, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("latest", 2, this::latest, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("reset", -2, this::reset, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("help", 2, LatencyCommands::help, LOADING, STALE)))));
    }

    /** Sets whose commands are told about. */
    public void dispatcher(Dispatcher newDispatcher) {
        dispatcher = newDispatcher;
    }

    private LatencyMonitor monitor() {
        return dispatcher.slowness().monitor();
    }

    /** LATENCY DOCTOR. */
    private void doctor(CommandContext ctx, Args args, ReplyWriter out) {
        String report = LatencyReport.of(monitor(), dispatcher.slowness().slowLogFromMicros());
        out.verbatim("txt", report.getBytes(StandardCharsets.UTF_8));
    }

    /** LATENCY GRAPH event. */
    private void graph(CommandContext ctx, Args args, ReplyWriter out) {
        LatencyEvent event = monitor().event(args.get(2).toString());
        if (event == null) {
            throw ErrorReply.of("ERR No samples available for event '" + args.get(2) + "'")
                    .raise();
        }
        String graph = LatencyGraph.of(event, monitor().nowMs() / 1000);
        out.verbatim("txt", graph.getBytes(StandardCharsets.UTF_8));
    }

    /** LATENCY HISTORY event. Replies with pairs of a time and milliseconds, the oldest first. */
    private void history(CommandContext ctx, Args args, ReplyWriter out) {
        LatencyEvent event = monitor().event(args.get(2).toString());
        List<LatencyEvent.Sample> samples = event == null ? List.of() : event.samples();
        out.array(samples.size());
        for (LatencyEvent.Sample sample : samples) {
            out.array(2);
            out.integer(sample.atSeconds());
            out.integer(sample.ms());
        }
    }

    /** LATENCY LATEST. Replies for each event with its name, when it was last, how long then, and how long at worst. */
    private void latest(CommandContext ctx, Args args, ReplyWriter out) {
        out.array(monitor().events().size());
        for (LatencyEvent event : monitor().events()) {
            LatencyEvent.Sample last = event.samples().getLast();
            out.array(LATEST_FIELDS);
            out.bulk(event.name());
            out.integer(last.atSeconds());
            out.integer(last.ms());
            out.integer(event.worstMs());
        }
    }

    /** LATENCY RESET [event ...]. Replies how many events were forgotten. */
    private void reset(CommandContext ctx, Args args, ReplyWriter out) {
        int forgotten = 0;
        if (args.count() == 2) {
            forgotten = monitor().reset();
        }
        for (int i = 2; i < args.count(); i++) {
            forgotten += monitor().reset(args.get(i).toString()) ? 1 : 0;
        }
        out.integer(forgotten);
    }

    /** LATENCY HISTOGRAM [command ...]. A container stands for its subcommands; what was not called is left out. */
    private void histogram(CommandContext ctx, Args args, ReplyWriter out) {
        List<Command> asked = new ArrayList<>();
        if (args.count() == 2) {
            asked.addAll(dispatcher.table().allWithSubcommands());
        }
        for (int i = 2; i < args.count(); i++) {
            Command command = dispatcher.table().find(args.get(i).toString());
            if (command != null) {
                asked.add(command);
                asked.addAll(command.subcommands());
            }
        }
        List<Command> shown =
                asked.stream().filter(command -> command.latencies() != null).toList();

        out.map(shown.size());
        for (Command command : shown) {
            out.bulk(command.fullName());
            write(command.latencies(), out);
        }
    }

    private static void write(LatencyHistogram latencies, ReplyWriter out) {
        List<long[]> steps = new ArrayList<>();
        latencies.cumulate((micros, calls) -> steps.add(new long[] {micros, calls}));
        out.map(2);
        out.bulk("calls");
        out.integer(latencies.calls());
        out.bulk("histogram_usec");
        out.map(steps.size());
        for (long[] step : steps) {
            out.integer(step[0]);
            out.integer(step[1]);
        }
    }

    /** LATENCY HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(out, HELP);
    }
}
