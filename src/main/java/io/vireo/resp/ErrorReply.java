package io.vireo.resp;

import io.vireo.base.ByteText;

/**
 * An error a client is answered with. Every text is here, in Redis's words: clients and tools match them.
 *
 * <p>{@code throw ErrorReply.WRONG_TYPE.raise()} leaves a handler that has changed nothing; the exception is an answer
 * and carries no stack trace.
 */
public final class ErrorReply {
    public static final ErrorReply WRONG_TYPE =
            fixed("WRONGTYPE Operation against a key holding the wrong kind of value");
    public static final ErrorReply SYNTAX = fixed("ERR syntax error");
    public static final ErrorReply NO_SUCH_KEY = fixed("ERR no such key");
    public static final ErrorReply NOT_WHILE_FAILING_OVER = fixed("ERR REPLICAOF not allowed while failing over.");
    public static final ErrorReply NOT_AN_INTEGER = fixed("ERR value is not an integer or out of range");
    public static final ErrorReply NOT_A_FLOAT = fixed("ERR value is not a valid float");
    public static final ErrorReply NAN_OR_INFINITY = fixed("ERR increment would produce NaN or Infinity");
    public static final ErrorReply NAN_ARGUMENT = fixed("ERR value is NaN or Infinity");
    public static final ErrorReply OUT_OF_RANGE_VALUE = fixed("ERR value is out of range");
    public static final ErrorReply HASH_NOT_AN_INTEGER = fixed("ERR hash value is not an integer");
    public static final ErrorReply HASH_NOT_A_FLOAT = fixed("ERR hash value is not a float");
    public static final ErrorReply OVERFLOW = fixed("ERR increment or decrement would overflow");
    public static final ErrorReply DECREMENT_OVERFLOW = fixed("ERR decrement would overflow");
    public static final ErrorReply OUT_OF_RANGE = fixed("ERR index out of range");
    public static final ErrorReply MUST_BE_POSITIVE = fixed("ERR value is out of range, must be positive");
    public static final ErrorReply OFFSET_OUT_OF_RANGE = fixed("ERR offset is out of range");
    public static final ErrorReply STRING_TOO_LONG =
            fixed("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    public static final ErrorReply SAME_OBJECT = fixed("ERR source and destination objects are the same");
    public static final ErrorReply DB_OUT_OF_RANGE = fixed("ERR DB index is out of range");
    public static final ErrorReply INVALID_FIRST_DB = fixed("ERR invalid first DB index");
    public static final ErrorReply INVALID_SECOND_DB = fixed("ERR invalid second DB index");
    public static final ErrorReply NOT_AN_INT =
            fixed("ERR value is out of range, value must between -2147483648 and 2147483647");
    public static final ErrorReply NOT_A_LONG_MAGNITUDE =
            fixed("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
    public static final ErrorReply EXPIRE_NX_AND_OTHER =
            fixed("ERR NX and XX, GT or LT options at the same time are not compatible");
    public static final ErrorReply EXPIRE_GT_AND_LT =
            fixed("ERR GT and LT options at the same time are not compatible");
    public static final ErrorReply LCS_NOT_STRINGS = fixed("ERR The specified keys must contain string values");
    public static final ErrorReply LCS_IDX_AND_LEN =
            fixed("ERR If you want both the length and indexes, please just use IDX.");
    public static final ErrorReply LCS_TOO_LARGE =
            fixed("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    public static final ErrorReply NOT_LFU = fixed("ERR An LFU maxmemory policy is not selected, access frequency not"
            + " tracked. Please note that when switching between policies at runtime LRU and LFU data will take some"
            + " time to adjust.");
    public static final ErrorReply IS_LFU = fixed(
            "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between"
                    + " policies at runtime LRU and LFU data will take some time to adjust.");
    public static final ErrorReply NO_KEY_ARGUMENTS = fixed("ERR The command has no key arguments");
    public static final ErrorReply INVALID_COMMAND = fixed("ERR Invalid command specified");
    public static final ErrorReply INVALID_COMMAND_WORDS =
            fixed("ERR Invalid number of arguments specified for command");
    public static final ErrorReply INVALID_COMMAND_KEYS = fixed("ERR Invalid arguments specified for command");
    public static final ErrorReply INVALID_CURSOR = fixed("ERR invalid cursor");
    public static final ErrorReply MULTI_NESTED = fixed("ERR MULTI calls can not be nested");
    public static final ErrorReply EXEC_WITHOUT_MULTI = fixed("ERR EXEC without MULTI");
    public static final ErrorReply DISCARD_WITHOUT_MULTI = fixed("ERR DISCARD without MULTI");
    public static final ErrorReply WATCH_IN_MULTI = fixed("ERR WATCH inside MULTI is not allowed");
    public static final ErrorReply NOT_IN_MULTI = fixed("ERR Command not allowed inside a transaction");
    public static final ErrorReply EXEC_ABORTED = fixed("EXECABORT Transaction discarded because of previous errors.");
    public static final ErrorReply NO_AUTH = fixed("NOAUTH Authentication required.");
    public static final ErrorReply WRONG_PASS = fixed("WRONGPASS invalid username-password pair or user is disabled.");
    public static final ErrorReply AUTH_WITHOUT_PASSWORD = fixed("ERR AUTH <password> called without any password"
            + " configured for the default user. Are you sure your configuration is correct?");
    public static final ErrorReply HELLO_NO_AUTH = fixed("NOAUTH HELLO must be called with the client already"
            + " authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the"
            + " client and select the RESP protocol version at the same time");
    public static final ErrorReply NO_PROTO = fixed("NOPROTO unsupported protocol version");
    public static final ErrorReply HELLO_VERSION = fixed("ERR Protocol version is not an integer or out of range");
    /** Also for a client that is shown all commands. */
    public static final ErrorReply NOT_FOR_REPLICAS = fixed("ERR Replica can't interact with the keyspace");

    public static final ErrorReply READ_ONLY = fixed("READONLY You can't write against a read only replica.");
    public static final ErrorReply MASTER_DOWN =
            fixed("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
    public static final ErrorReply LOADING = fixed("LOADING Redis is loading the dataset in memory");
    public static final ErrorReply NO_REPLICAS = fixed("NOREPLICAS Not enough good replicas to write.");
    public static final ErrorReply MISCONF = fixed("MISCONF Redis is configured to save RDB snapshots, but it's"
            + " currently unable to persist to disk. Commands that may modify the data set are disabled, because this"
            + " instance is configured to report errors during writes if RDB snapshotting fails"
            + " (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.");
    public static final ErrorReply OUT_OF_MEMORY = fixed("OOM command not allowed when used memory > 'maxmemory'.");
    public static final ErrorReply PROTECTED = fixed(
            "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for"
                + " the default user. In this mode connections are only accepted from the loopback interface. If you"
                + " want to connect from external computers to Redis you may adopt one of the following solutions: 1)"
                + " Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback"
                + " interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis"
                + " is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change"
                + " permanent. 2) Alternatively you can just disable the protected mode by editing the Redis"
                + " configuration file, and setting the protected mode option to 'no', and then restarting the server."
                + " 3) If you started the server manually just for testing, restart it with the '--protected-mode no'"
                + " option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one"
                + " of the above things in order for the server to start accepting connections from the outside.");
    public static final ErrorReply MAX_CLIENTS = fixed("ERR max number of clients reached");
    public static final ErrorReply NO_SUCH_CLIENT = fixed("ERR No such client");
    public static final ErrorReply BAD_CLIENT_NAME =
            fixed("ERR Client names cannot contain spaces, newlines or special characters.");
    public static final ErrorReply STANDBY = fixed(
            "READONLY This replica is a standby and serves administration only (replica-serve-reads is set to 'no').");

    public static final ErrorReply TIMEOUT_NOT_A_FLOAT = fixed("ERR timeout is not a float or out of range");
    public static final ErrorReply TIMEOUT_NOT_AN_INTEGER = fixed("ERR timeout is not an integer or out of range");
    public static final ErrorReply TIMEOUT_NEGATIVE = fixed("ERR timeout is negative");
    public static final ErrorReply TIMEOUT_OUT_OF_RANGE = fixed("ERR timeout is out of range");
    public static final ErrorReply INVALID_CLIENT_ID = fixed("ERR Invalid client ID");
    public static final ErrorReply CLIENT_ID_NOT_POSITIVE = fixed("ERR client-id should be greater than 0");
    public static final ErrorReply MAX_AGE_NOT_AN_INTEGER = fixed("ERR maxage is not an integer or out of range");
    public static final ErrorReply MAX_AGE_NOT_POSITIVE = fixed("ERR maxage should be greater than 0");
    public static final ErrorReply PAUSE_MODE = fixed("ERR CLIENT PAUSE mode must be WRITE or ALL");
    public static final ErrorReply UNBLOCK_REASON = fixed("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    public static final ErrorReply UNBLOCKED_BY_CLIENT = fixed("UNBLOCKED client unblocked via CLIENT UNBLOCK");
    public static final ErrorReply UNBLOCKED_BY_ROLE =
            fixed("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");

    private final byte[] bytes;
    private final String code;

    private ErrorReply(String text) {
        // A line break would end the reply early and let a client's own bytes be read as another reply.
        String oneLine = text.replace('\r', ' ').replace('\n', ' ');
        this.bytes = ByteText.bytes(oneLine);
        int blank = oneLine.indexOf(' ');
        this.code = blank < 0 ? oneLine : oneLine.substring(0, blank);
    }

    private static ErrorReply fixed(String text) {
        return new ErrorReply(text);
    }

    /** An error whose whole text, its code first, is made for the occasion. It may quote {@link ByteText}. */
    public static ErrorReply of(String text) {
        return new ErrorReply(text);
    }

    public static ErrorReply wrongArity(String command) {
        return of("ERR wrong number of arguments for '" + command + "' command");
    }

    /** An EXEC that was not even tried: of its own refusal, the reason without the general code. */
    public static ErrorReply execRefused(ErrorReply refusal) {
        String reason = refusal.toString();
        String named = refusal.code().equals("ERR") ? reason.substring("ERR ".length()) : reason;
        return of("EXECABORT Transaction discarded because of: " + named);
    }

    public static ErrorReply invalidExpire(String command) {
        return of("ERR invalid expire time in '" + command + "' command");
    }

    /** A subcommand that was given more words than any form of it takes. */
    public static ErrorReply badSubcommand(String given, String command) {
        return of("ERR unknown subcommand or wrong number of arguments for '" + given + "'. Try " + command + " HELP.");
    }

    public static ErrorReply unsupportedOption(String given) {
        return of("ERR Unsupported option " + given);
    }

    /** A subcommand that takes other words than these, where its row takes any number. */
    public static ErrorReply subcommandSyntax(String given, String command) {
        return of("ERR unknown subcommand or wrong number of arguments for '" + given + "'. Try " + command + " HELP.");
    }

    public static ErrorReply unknownSubcommand(String given, String command) {
        return of("ERR unknown subcommand '" + given + "'. Try " + command + " HELP.");
    }

    /** The first word, which INFO's errorstats counts. */
    public String code() {
        return code;
    }

    /** The whole text without the leading minus and the line end. */
    public byte[] bytes() {
        return bytes;
    }

    public Refusal raise() {
        return new Refusal(this);
    }

    @Override
    public String toString() {
        return ByteText.of(bytes);
    }

    /** Thrown by a handler to answer with an error. */
    public static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient ErrorReply error;

        private Refusal(ErrorReply error) {
            super(error.toString(), null, false, false);
            this.error = error;
        }

        public ErrorReply error() {
            return error;
        }
    }
}
