package io.vireo.node;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;

/** INFO's {@code Cluster}: a node is none of a cluster. */
final class ClusterSection implements InfoSection {
    @Override
    public String title() {
        return "Cluster";
    }

    @Override
    public void write(InfoText out) {
        out.flag("cluster_enabled", false);
    }
}
