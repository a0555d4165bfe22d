package io.vireo.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vireo.base.Fatal;
import io.vireo.base.LogLevel;
import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.base.Step;
import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import io.vireo.voter.GroupNode;
import io.vireo.voter.NodeAction;
import io.vireo.voter.NodeEvent;
import io.vireo.voter.NodeFile;
import io.vireo.voter.NodeMemory;
import io.vireo.voter.NodeReport;
import io.vireo.voter.NodeSettings;
import io.vireo.voter.NodeState;
import io.vireo.voter.Say;
import java.security.SecureRandom;
import java.util.function.Consumer;

/**
 * A data node's machine in its group, with its file, its clock, and its links to the voters, on the control loop: it goes
 * on while the loop of the keyspace is busy with a long command.
 */
@RunsOn(Loop.CONTROL)
public final class GroupVerticle extends VerticleBase {
    private static final long TICK_MS = 20;

    private final Setup setup;
    private NodeSettings settings;
    private NodeState state;
    private VoterLinks links;
    private GroupStatus told;
    private NodeRequest handover;
    private long timer = -1;

    /**
     * What the machine is made of.
     *
     * @param memory what the node's file holds by now
     * @param firstReport how its data stand
     * @param onAction does on the loop of the keyspace what is to be done there; in order
     * @param onStatus is told on the loop of the keyspace what is known
     */
    record Setup(
            GroupSettings group,
            NodeSettings settings,
            StateFile file,
            NodeMemory memory,
            NodeReport firstReport,
            Consumer<NodeAction> onAction,
            Consumer<GroupStatus> onStatus,
            ServerLog log) {}

    GroupVerticle(Setup setup) {
        this.setup = setup;
        this.settings = setup.settings;
    }

    @Override
    public Future<?> start() {
        links = new VoterLinks(
                vertx,
                setup.group,
                setup.group.voters().voters(),
                (voter, reply) -> on(new NodeEvent.Answered(voter, reply)),
                setup.log::warning);
        handover = new NodeRequest(vertx, setup.group.login());
        state = GroupNode.start(
                setup.memory, setup.firstReport, new SecureRandom().nextLong(), settings, Monotonic.nowMs());
        timer = vertx.setPeriodic(TICK_MS, tick -> on(new NodeEvent.Tick()));
        return Future.succeededFuture();
    }

    /** Something has happened. Any thread. */
    void tell(NodeEvent event) {
        context.runOnContext(turn -> on(event));
    }

    /** So many nodes besides the primary must hold a write in strong mode. Any thread. */
    void minSync(int replicas) {
        context.runOnContext(turn -> settings = settings.withMinSync(replicas));
    }

    private void on(NodeEvent event) {
        if (timer < 0) {
            return; // before the start, or after the end
        }
        try {
            Step<NodeState, NodeAction> step = GroupNode.on(state, event, settings, Monotonic.nowMs());
            state = step.state();
            tellStatus(event instanceof NodeEvent.Tick);
            step.actions().forEach(this::perform);
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    /** The loop of the keyspace hears of a higher epoch before anything is done about it; of the rest, as time passes. */
    private void tellStatus(boolean isTick) {
        boolean isHigher = told == null
                || state.epoch().isAfter(told.epoch())
                || state.durableEpoch().isAfter(told.durableEpoch());
        if (isHigher || isTick) {
            GroupStatus now = GroupStatus.of(state, links.answerAges(Monotonic.nowMs()));
            if (!now.equals(told)) {
                told = now;
                setup.onStatus.accept(now);
            }
        }
    }

    private void perform(NodeAction action) {
        switch (action) {
            case Say(LogLevel level, String text) -> setup.log.log(level, text);
            case NodeAction.Persist(NodeMemory memory) -> persist(memory);
            case NodeAction.Send send -> links.send(send.voter(), send.request());
            case NodeAction.HandOver(NodeId target, Epoch released) -> handOver(target, released);
            default -> setup.onAction.accept(action);
        }
    }

    private void persist(NodeMemory memory) {
        setup.file
                .replace(NodeFile.bytes(memory))
                .onComplete(
                        done -> on(done.succeeded() ? new NodeEvent.Persisted(memory) : new NodeEvent.PersistFailed()));
    }

    /** Tells the heir on its own port; if that fails, this node stands again when its time is over. */
    private void handOver(NodeId target, Epoch released) {
        told.addressOf(target)
                .ifPresent(address -> handover.send(
                                address,
                                Request.cmd(Command.create("REPLCONF"))
                                        .arg("vireo-handover")
                                        .arg(released.toString()))
                        .onFailure(problem ->
                                setup.log.warning("Handover to " + address + " failed: " + problem.getMessage())));
    }

    /** Writes, as the last deed, that all else is on the disk. Nothing is written after it. Any thread. */
    Future<Void> endCleanly() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(turn -> {
            NodeMemory last = state.memoryAfterCleanStop();
            end();
            setup.file.replace(NodeFile.bytes(last)).onComplete(done);
        });
        return done.future();
    }

    private void end() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
            links.close();
            handover.close();
        }
    }

    @Override
    public Future<?> stop() {
        end();
        return Future.succeededFuture();
    }
}
