package io.vireo.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.function.IntSupplier;

/** How much is read from a connection at a time: what it has sent of late, or as much as a large argument still lacks. */
@RunsOn(Loop.KEYSPACE)
final class ReadSizes implements RecvByteBufAllocator {
    private static final int SMALLEST_READ = 512;
    private static final int FIRST_READ = 4096;
    /** The most that is taken from one connection in a turn, but for a large argument. */
    private static final int LARGEST_READ = 64 * 1024;

    private static final int MOST_A_TURN = 1 << 20;

    private final RecvByteBufAllocator usual =
            new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ).maxMessagesPerRead(1);
    private final IntSupplier missing;

    /** @param missing the bytes that an announced argument still lacks, and may be read at once; or 0 */
    ReadSizes(IntSupplier missing) {
        this.missing = missing;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's own interface has no other method to make one
    public Handle newHandle() {
        return new Sizes((ExtendedHandle) usual.newHandle());
    }

    private final class Sizes extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle usualSizes;
        private int left;

        private Sizes(ExtendedHandle usualSizes) {
            super(usualSizes);
            this.usualSizes = usualSizes;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            return alloc.ioBuffer(guess());
        }

        @Override
        public int guess() {
            return Math.max(usualSizes.guess(), missing.getAsInt());
        }

        @Override
        public void reset(ChannelConfig config) {
            left = MOST_A_TURN;
            super.reset(config);
        }

        /** One read a turn, and more while they bring a large argument, of which all that is there should be taken. */
        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            left -= Math.max(0, lastBytesRead());
            if (lastBytesRead() > 0 && left > 0 && missing.getAsInt() > 0) {
                return true;
            }
            return usualSizes.continueReading(maybeMoreData);
        }

        @Override
        public boolean continueReading() {
            return continueReading(() -> lastBytesRead() == attemptedBytesRead());
        }
    }
}
