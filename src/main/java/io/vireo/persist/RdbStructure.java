package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbException.Fault;
import java.io.IOException;

/**
 * The shapes of values that are passed over.
 *
 * <p>Counts are only counted down while bytes come, so a huge one ends in a short read and costs no memory.
 */
@RunsOn(Loop.WORKER)
final class RdbStructure {

    private static final int MODULE_EOF = 0;
    private static final int MODULE_SINT = 1;
    private static final int MODULE_UINT = 2;
    private static final int MODULE_FLOAT = 3;
    private static final int MODULE_DOUBLE = 4;
    private static final int MODULE_STRING = 5;

    private static final String MODULE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final RdbInput in;
    private final RdbStrings strings;

    RdbStructure(RdbInput in, RdbStrings strings) {
        this.in = in;
        this.strings = strings;
    }

    /** Passes over a value of this type. */
    void skip(RdbType type) throws IOException, RdbException {
        switch (type) {
            case MODULE ->
                throw new RdbException(
                        Fault.UNSUPPORTED,
                        "A module value of the old kind at offset " + in.offset() + " cannot be passed over");
            case MODULE_2 -> {
                in.readLength();
                skipModuleData();
            }
            default -> throw new IllegalStateException("invariant broken: values of all other types are read");
        }
    }

    /** Reads the name that a module's id stands for: nine letters of six bits, above ten bits of a version. */
    String readModuleName() throws IOException, RdbException {
        long id = in.readLength();
        StringBuilder name = new StringBuilder();
        for (int shift = 58; shift >= 10; shift -= 6) {
            name.append(MODULE_LETTERS.charAt((int) (id >>> shift) & 0x3f));
        }
        return name.toString();
    }

    /** Passes over what follows the id of a module's own data. */
    void skipModuleAux() throws IOException, RdbException {
        if (in.readLength() != MODULE_UINT) {
            throw in.corrupt("bad when_opcode");
        }
        in.readLength();
        skipModuleData();
    }

    private void skipModuleData() throws IOException, RdbException {
        while (true) {
            long op = in.readLength();
            if (op == MODULE_EOF) {
                return;
            } else if (op == MODULE_SINT || op == MODULE_UINT) {
                in.readLength();
            } else if (op == MODULE_FLOAT) {
                in.skip(Float.BYTES);
            } else if (op == MODULE_DOUBLE) {
                in.skip(Double.BYTES);
            } else if (op == MODULE_STRING) {
                strings.skip();
            } else {
                throw in.corrupt("Unknown module opcode " + Long.toUnsignedString(op));
            }
        }
    }
}
