package io.vireo.memory;

import io.vireo.base.Invariant;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The four calls of Linux by which address space is taken, made usable, emptied and given back.
 *
 * <p>The JDK's own arenas are of no use for this: they zero-fill what they allocate, which makes it resident.
 */
final class SystemMemory {
    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_DONTNEED = 4;
    private static final long MAP_FAILED = -1;

    /**
     * The shape of mmap, which all four are called by: binding a second shape would cost 10 ms of every start. The
     * others take the first two or three of these arguments; all six travel in registers, so the rest is not seen.
     */
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG);

    private static final MethodHandle MMAP = bind("mmap");
    private static final MethodHandle MPROTECT = bind("mprotect");
    private static final MethodHandle MADVISE = bind("madvise");
    private static final MethodHandle MUNMAP = bind("munmap");

    private SystemMemory() {}

    /** Takes address space that nothing may touch yet. Returns its page-aligned address, or 0 if refused. */
    static long reserve(long length) {
        return map(length, PROT_NONE);
    }

    /** Takes zeroed memory that becomes resident page by page as it is touched. Returns 0 if refused. */
    static long mapZeroed(long length) {
        return map(length, PROT_READ_WRITE);
    }

    private static long map(long length, int protection) {
        long address = call(MMAP, 0, length, protection);
        return address == MAP_FAILED ? 0 : address;
    }

    /** Makes reserved pages usable, without touching them. Returns whether the system agreed. */
    static boolean makeUsable(long address, long length) {
        return (int) call(MPROTECT, address, length, PROT_READ_WRITE) == 0;
    }

    /** Empties whole pages: they stop being resident and read as zeros when touched again. */
    static boolean giveBack(long address, long length) {
        return (int) call(MADVISE, address, length, MADV_DONTNEED) == 0;
    }

    static void unmap(long address, long length) {
        Invariant.check((int) call(MUNMAP, address, length, 0) == 0, "what was mapped can be unmapped");
    }

    private static long call(MethodHandle function, long address, long length, int third) {
        try {
            return (long) function.invokeExact(address, length, third, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("a system call on memory could not be made", e);
        }
    }

    private static MethodHandle bind(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), SHAPE);
    }
}
