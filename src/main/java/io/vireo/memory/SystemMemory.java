package io.vireo.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
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

    private static final MethodHandle MMAP = bind(
            "mmap",
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG);
    private static final MethodHandle MPROTECT = bindRangeCall("mprotect");
    private static final MethodHandle MADVISE = bindRangeCall("madvise");

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
        try {
            long address = (long) MMAP.invokeExact(0L, length, protection, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            return address == MAP_FAILED ? 0 : address;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Makes reserved pages usable, without touching them. Returns whether the system agreed. */
    static boolean makeUsable(long address, long length) {
        try {
            return (int) MPROTECT.invokeExact(address, length, PROT_READ_WRITE) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Empties whole pages: they stop being resident and read as zeros when touched again. */
    static boolean giveBack(long address, long length) {
        try {
            return (int) MADVISE.invokeExact(address, length, MADV_DONTNEED) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void unmap(long address, long length) {
        try {
            int ignored = (int) Unmap.CALL.invokeExact(address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Bound only when first used: a server maps at its start, but unmaps in tests alone. */
    private static final class Unmap {
        private static final MethodHandle CALL =
                bind("munmap", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    }

    private static MethodHandle bindRangeCall(String name) {
        return bind(name, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    }

    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static IllegalStateException unexpected(Throwable e) {
        return new IllegalStateException("a system call on memory could not be made", e);
    }
}
