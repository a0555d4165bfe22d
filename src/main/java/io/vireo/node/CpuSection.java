package io.vireo.node;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;

/** INFO's {@code CPU}. */
final class CpuSection implements InfoSection {
    private static final int DECIMALS = 6;

    @Override
    public String title() {
        return "CPU";
    }

    @Override
    public void write(InfoText out) {
        ProcessFacts.CpuSeconds used = ProcessFacts.cpu();
        out.field("used_cpu_sys", used.system(), DECIMALS)
                .field("used_cpu_user", used.user(), DECIMALS)
                .field("used_cpu_sys_children", 0.0, DECIMALS)
                .field("used_cpu_user_children", 0.0, DECIMALS);
        ProcessFacts.CpuSeconds loop = ProcessFacts.cpuOfThisThread();
        out.field("used_cpu_sys_main_thread", loop.system(), DECIMALS)
                .field("used_cpu_user_main_thread", loop.user(), DECIMALS);
    }
}
