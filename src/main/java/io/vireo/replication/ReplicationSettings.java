package io.vireo.replication;

/** What replication is configured to do. Asked each time, since CONFIG SET may change it. */
public interface ReplicationSettings {

    LinkSettings link();

    CutPlan.Settings cut();

    /** Silence after which a replica is taken for gone. */
    long timeoutMs();

    /** How often a PING goes into the stream of a primary. */
    long pingPeriodMs();

    /** How long a primary without replicas keeps its backlog; 0 for always. */
    long backlogTtlSeconds();

    OutputLimit outputLimit();
}
