package io.vireo.sim;

import io.vireo.base.Step;
import io.vireo.topology.VoterId;
import io.vireo.voter.Say;
import io.vireo.voter.Voter;
import io.vireo.voter.Voter.VoterSettings;
import io.vireo.voter.VoterAction;
import io.vireo.voter.VoterEvent;
import io.vireo.voter.VoterMemory;
import io.vireo.voter.VoterReply;
import io.vireo.voter.VoterState;
import java.util.Optional;

/** A voter's process: the machine of production, with a simulated disk and network. */
final class GroupVoter {
    private static final long TICK_MS = 40;

    final VoterId id;
    private final GroupWorld world;
    private final GroupHost host;
    private final VoterSettings settings;
    private VoterState state;
    private Optional<VoterMemory> written = Optional.empty();

    GroupVoter(GroupWorld world, GroupHost host, VoterSettings settings) {
        this.world = world;
        this.host = host;
        this.settings = settings;
        this.id = settings.self();
    }

    void start() {
        Optional<VoterMemory> file =
                world.tampered().voterFile(host.voterFile, world.clock().random());
        Step<VoterState, VoterAction> step =
                Voter.start(file, world.clock().random().nextLong(), settings, host.nowMs());
        state = world.tampered().startedVoter(step.state());
        step.actions().forEach(this::perform);
        tick();
    }

    VoterState state() {
        return state;
    }

    private void tick() {
        on(new VoterEvent.Tick());
        host.after(TICK_MS, this::tick);
    }

    void on(VoterEvent event) {
        state = world.tampered().beforeVoter(state, event);
        Step<VoterState, VoterAction> step = Voter.on(state, event, settings, host.nowMs());
        state = step.state();
        step.actions().forEach(this::perform);
        world.invariants().voterIs(this);
    }

    private void perform(VoterAction action) {
        switch (action) {
            case VoterAction.Persist a -> persist(a.memory());
            case VoterAction.Answer a -> world.answer(a.to(), a.reply());
            case VoterAction.Ask a -> world.askAmongVoters(this, host, a.voter(), a.request());
            case Say a -> world.tell(id + " " + a.text());
        }
    }

    private void persist(VoterMemory memory) {
        written = Optional.of(memory);
        host.after(world.diskMs(), () -> {
            written = Optional.empty();
            if (world.diskFails()) {
                on(new VoterEvent.PersistFailed());
                return;
            }
            if (!world.is(GroupMistake.VOTES_ARE_NOT_DURABLE) || memory.votes().isEmpty()) {
                host.voterFile = Optional.of(memory);
            }
            on(new VoterEvent.Persisted(memory));
        });
    }

    /** What was on its way to the disk is there now, or is not. */
    void crash() {
        if (written.isPresent() && world.clock().once(2) && !world.is(GroupMistake.VOTES_ARE_NOT_DURABLE)) {
            host.voterFile = written;
        }
    }

    void answered(VoterId from, VoterReply reply) {
        on(new VoterEvent.Answered(from, reply));
    }
}
