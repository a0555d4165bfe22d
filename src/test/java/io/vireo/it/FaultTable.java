package io.vireo.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Prints what faults do to clients, as a table in Markdown. To be run by hand, as root for the network's faults:
 *
 * <pre>java -cp target/test-classes io.vireo.it.FaultTable [--strong | --redis] [--kills COUNT] [FAULT ...]</pre>
 *
 * <p>Without names of {@link Fault}s all of them are run. {@code --strong} runs the group in strong mode with
 * {@code appendfsync always}; {@code --redis} runs redis-server with a redis-sentinel on each machine instead.
 * {@code --kills} kills the primary so many times instead, and prints how long nobody took a write.
 */
final class FaultTable {
    private static final int NODES = 3;

    /** Longer than sentinels leave between two failovers, which is twice their time-out. */
    private static final long BETWEEN_MS = 2 * SentinelSet.FAILOVER_TIMEOUT_MS + 1_000;

    /** How long a client writes before the primary is killed. */
    private static final long BEFORE_MS = 1_500;

    private FaultTable() {}

    public static void main(String[] args) {
        List<String> words = new ArrayList<>(List.of(args));
        boolean isRedis = words.remove("--redis");
        boolean isStrong = words.remove("--strong");
        int kills = 0;
        int at = words.indexOf("--kills");
        if (at >= 0) {
            kills = Integer.parseInt(words.get(at + 1));
            words.subList(at, at + 2).clear();
        }
        List<Fault> faults = words.isEmpty()
                ? Arrays.asList(Fault.values())
                : words.stream().map(Fault::valueOf).toList();
        try (CutNetwork network = CutNetwork.of(NODES);
                ReplicaSet set = set(isRedis, isStrong, network.places())) {
            if (kills > 0) {
                kill(set, kills);
            } else {
                System.out.println("| fault | acknowledged | lost | longest outage | two primaries | in step after |");
                System.out.println("| --- | --: | --: | --: | --: | --: |");
                for (Fault fault : faults) {
                    Lasting.ms(BETWEEN_MS);
                    System.out.println(row(fault, set, network));
                }
            }
        }
    }

    private static ReplicaSet set(boolean isRedis, boolean isStrong, List<Place> places) {
        if (isRedis) {
            return SentinelSet.started(Program.REDIS, places);
        }
        List<String> lines = new ArrayList<>(List.of("appendonly yes"));
        if (isStrong) {
            lines.addAll(List.of("appendfsync always", "consistency strong"));
        }
        return GroupOfProcesses.started(places, lines.toArray(String[]::new));
    }

    private static String row(Fault fault, ReplicaSet set, CutNetwork network) {
        Trial trial = Trial.of(fault, set, network);
        return "| " + fault.text() + " | " + trial.acknowledged().size() + " | "
                + trial.lost().size() + " | " + trial.outageMs() + " ms | " + Math.round(trial.twoPrimariesMs())
                + " ms | " + trial.inStepMs() + " ms |";
    }

    private static void kill(ReplicaSet set, int times) {
        List<Long> outages = new ArrayList<>();
        int acknowledged = 0;
        int lost = 0;
        for (int i = 0; i < times; i++) {
            set.awaitWhole().run("FLUSHALL");
            List<Acknowledged> followed;
            try (CountingClient following = CountingClient.following(set)) {
                Lasting.ms(BEFORE_MS);
                ServerProcess primary = following.awaitWrite();
                set.kill(List.of(primary));
                following.awaitWrite();
                set.restart(primary);
                followed = following.end();
            }
            acknowledged += followed.size();
            lost += Acknowledged.missingOn(set.awaitWhole(), followed).size();
            outages.add(Acknowledged.longestGapMs(followed));
        }
        Collections.sort(outages);
        System.out.println("`kill -9` of the primary's machine, " + times + " times: outage median "
                + outages.get(times / 2) + " ms, nine of ten within " + outages.get(times * 9 / 10) + " ms, longest "
                + outages.getLast() + " ms; " + lost + " of " + acknowledged + " acknowledged writes lost.");
    }
}
