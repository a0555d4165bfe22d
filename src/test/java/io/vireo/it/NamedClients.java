package io.vireo.it;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Clients of one server by name, and what each gets, asked or not. After every command each client asks something more:
 * what was to be told to it before lies before that answer.
 */
final class NamedClients implements Closeable {
    private final ServerProcess server;
    private final int protocol;
    private final Map<String, RespClient> clients = new LinkedHashMap<>();
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final List<String> inMulti = new ArrayList<>();
    private final List<String> subscribed = new ArrayList<>();

    NamedClients(ServerProcess server, int protocol, String... names) {
        this.server = server;
        this.protocol = protocol;
        for (String name : names) {
            connect(name);
        }
    }

    private void connect(String name) {
        RespClient client = server.client();
        if (protocol == 3) {
            client.run("HELLO 3");
        }
        clients.put(name, client);
        ids.put(name, client.ask("CLIENT", "ID").text());
    }

    /**
     * Lets a client say something, and tells what all clients get.
     *
     * @param line a name, a colon and words; {@code $name} is that client's id. The words {@code leave} and {@code come}
     *     are for the client itself
     */
    String say(String line) {
        int colon = line.indexOf(": ");
        String name = line.substring(0, colon);
        String words = line.substring(colon + 2);
        if (words.equals("leave")) {
            leave(name);
            return "left; " + all();
        }
        if (words.equals("come")) {
            connect(name);
            return "came; " + all();
        }
        for (Map.Entry<String, String> id : ids.entrySet()) {
            words = words.replace("$" + id.getKey(), id.getValue());
        }
        RespClient client = clients.get(name);
        StringBuilder told = new StringBuilder();
        client.send(RespClient.command(words.split(" ", -1)));
        String answer = answer(client, true);
        told.append(name).append(": ").append(words.equals("CLIENT GETREDIR") ? nameIn(answer) : answer);
        note(name, words);
        return told.append(all()).toString();
    }

    private String nameIn(String answer) {
        String named = answer;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            named = named.replace("\":" + id.getValue() + "\\", "\":<" + id.getKey() + ">\\");
        }
        return named;
    }

    private void leave(String name) {
        clients.remove(name).close();
        inMulti.remove(name);
        subscribed.remove(name);
        String gone = " id=" + ids.get(name) + " ";
        Await.until(
                () -> !(" " + server.run("CLIENT LIST").replace("\n", "\n ")).contains(gone),
                server + " notices that " + name + " left");
    }

    private void note(String name, String words) {
        switch (words) {
            case "MULTI" -> inMulti.add(name);
            case "EXEC", "DISCARD" -> inMulti.remove(name);
            default -> {
                if (words.matches("[PS]?SUBSCRIBE.*|MONITOR")) {
                    subscribed.add(name);
                }
                if (words.equals("RESET")) {
                    inMulti.remove(name);
                    subscribed.remove(name);
                    if (protocol == 3) {
                        clients.get(name).run("HELLO 3");
                    }
                }
            }
        }
    }

    /** What each client gets until the answer to one more question, without that answer. */
    private String all() {
        StringBuilder all = new StringBuilder();
        clients.forEach((name, client) -> {
            if (inMulti.contains(name)) {
                return; // it would be queued
            }
            boolean isListener = subscribed.contains(name) && protocol == 2;
            client.send(RespClient.command(isListener ? new String[] {"PING"} : new String[] {"CLIENT", "ID"}));
            String told = answer(client, false);
            if (!told.isEmpty()) {
                all.append(" | ").append(name).append(" is told ").append(told);
            }
        });
        return all.toString();
    }

    private String answer(RespClient client, boolean withIt) {
        StringBuilder told = new StringBuilder();
        while (true) {
            Reply reply = client.read();
            boolean isSubscription = isOf(reply, "subscribe");
            boolean isUnasked =
                    isSubscription ? !withIt : isOf(reply, "message") || reply.kind() == '>' || isShown(reply);
            if (isUnasked || withIt) {
                told.append(named(reply.wire()));
            }
            if (!isUnasked) {
                return told.toString();
            }
        }
    }

    /** Whether a reply is, in either protocol, a message, or tells of one subscription of perhaps several. */
    private static boolean isOf(Reply reply, String kind) {
        String first = reply.items().isEmpty() ? null : reply.items().getFirst().text();
        return (reply.kind() == '>' || reply.kind() == '*') && first != null && first.endsWith(kind);
    }

    /** Whether this is a command that MONITOR shows. */
    private static boolean isShown(Reply reply) {
        return reply.kind() == '+' && reply.text().matches("\\d+\\.\\d+ \\[.*");
    }

    /** Puts names for ids, wherever a reply tells one. */
    private String named(String wire) {
        String named = wire;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            String pattern = "((?:redirect|tracking-redir-broken)\r\n:)" + id.getValue() + "\r\n";
            named = named.replaceAll(pattern, "$1<" + id.getKey() + ">\r\n")
                    .replace(" redir=" + id.getValue() + " ", " redir=<" + id.getKey() + "> ");
        }
        named = named.replaceAll("^\\+\\d+\\.\\d+ \\[(\\d+) \\S+\\]", "+<time> [$1 <address>]");
        return Quoted.text(named.replaceAll("(?s)^[=$].*id=.* flags=(\\w+) .* (redir=\\S+) .*", "flags=$1 $2"));
    }

    @Override
    public void close() {
        clients.values().forEach(RespClient::close);
    }
}
