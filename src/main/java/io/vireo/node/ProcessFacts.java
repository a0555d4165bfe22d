package io.vireo.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says about this process and machine. Zero where it does not say. */
final class ProcessFacts {
    private static final int PAGE_BYTES = 4096;
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    /** Processor time used by all threads so far. */
    record CpuSeconds(double user, double system) {}

    private ProcessFacts() {}

    /** Memory of this process that lies in RAM, in bytes. */
    static long residentBytes() {
        String[] fields = read("/proc/self/statm").split(" ", -1);
        return fields.length > 1 ? Long.parseLong(fields[1]) * PAGE_BYTES : 0;
    }

    static CpuSeconds cpu() {
        return cpu("/proc/self/stat");
    }

    /** Processor time used by the thread that asks. */
    static CpuSeconds cpuOfThisThread() {
        return cpu("/proc/thread-self/stat");
    }

    private static CpuSeconds cpu(String file) {
        String stat = read(file);
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return new CpuSeconds(0, 0);
        }
        String[] fields = stat.substring(end + 2).split(" ", -1);
        return new CpuSeconds(
                Long.parseLong(fields[USER_TICKS]) / TICKS_PER_SECOND,
                Long.parseLong(fields[SYSTEM_TICKS]) / TICKS_PER_SECOND);
    }

    /** Memory of this machine, in bytes. */
    static long machineBytes() {
        for (String line : read("/proc/meminfo").lines().toList()) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
