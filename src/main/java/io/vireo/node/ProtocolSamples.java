package io.vireo.node;

import io.vireo.base.Bytes;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.RespWriter;
import java.nio.charset.StandardCharsets;

/** DEBUG PROTOCOL: a reply of each type, by which client libraries are tested. The values are Redis's. */
final class ProtocolSamples {
    private static final int THREE = 3;

    private ProtocolSamples() {}

    static void write(Bytes type, RespWriter out) {
        if (type.isWord("string")) {
            out.bulk("Hello World");
        } else if (type.isWord("integer")) {
            out.integer(12_345);
        } else if (type.isWord("double")) {
            out.real(3.141);
        } else if (type.isWord("null")) {
            out.nullBulk();
        } else if (type.isWord("array")) {
            out.array(THREE);
            numbers(out);
        } else if (type.isWord("set")) {
            out.set(THREE);
            numbers(out);
        } else if (type.isWord("map")) {
            out.map(THREE);
            for (int i = 0; i < THREE; i++) {
                out.integer(i);
                out.bool(i == 1);
            }
        } else if (type.isWord("attrib")) {
            if (out.protocol() > 2) {
                out.attribute(1);
                out.bulk("key-popularity");
                out.array(2);
                out.bulk("key:123");
                out.integer(90);
            }
            out.bulk("Some real reply following the attribute");
        } else if (type.isWord("push")) {
            if (out.protocol() == 2) {
                throw ErrorReply.of("ERR RESP2 is not supported by this command")
                        .raise();
            }
            out.push(2);
            out.bulk("server-cpu-usage");
            out.integer(42);
            // A push is no reply: whoever waits for one gets it here.
            out.bulk("Some real reply following the push reply");
        } else if (type.isWord("true")) {
            out.bool(true);
        } else if (type.isWord("false")) {
            out.bool(false);
        } else if (type.isWord("verbatim")) {
            out.verbatim("txt", "This is a verbatim\nstring".getBytes(StandardCharsets.US_ASCII));
        } else if (type.isWord("bignum")) {
            out.bigNumber("1234567999999999999999999999999999999");
        } else {
            throw ErrorReply.of("ERR Wrong protocol type name. Please use one of the following: string|integer|double|"
                            + "null|array|set|map|attrib|push|verbatim|true|false")
                    .raise();
        }
    }

    private static void numbers(RespWriter out) {
        for (int i = 0; i < THREE; i++) {
            out.integer(i);
        }
    }
}
