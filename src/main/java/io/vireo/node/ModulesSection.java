package io.vireo.node;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;

/** INFO's {@code Modules}: there are none, and monitoring tools look for the heading. */
final class ModulesSection implements InfoSection {
    @Override
    public String title() {
        return "Modules";
    }

    @Override
    public void write(InfoText out) {
        // No module, no line.
    }
}
