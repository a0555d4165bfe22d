#!/usr/bin/env bash
# Measures Vireo against redis-server on this machine, in one run: throughput, CPU per request, memory per key.
#
# Machines that are shared or throttled drift by more than what is measured. So both servers run all the time, rounds
# alternate between them (R V, V R, R V ...), and what is reported is the ratio of medians. With few commands per
# request the client is the limit, not the server: there, look at the CPU per request.
#
# Needs redis-server, redis-cli and redis-benchmark on the PATH, awk, and Linux's /proc.
set -euo pipefail

usage() {
    cat >&2 << 'END'
Usage: bench-side-by-side.sh [option value]...
  --vireo FILE        the launcher                       (target/vireo/bin/vireo-server)
  --tests "T ..."     as redis-benchmark -t names them   (set get incr)
  --depths "N ..."    commands per request               (1 16 64)
  --rounds N          rounds that count                  (5)
  --warmup N          rounds before, that do not         (3)
  --connections N     of the client                      (50)
  --value-bytes N     length of a value                  (64)
  --keys N            how many different keys            (1000000)
  --scale X           factor for the number of requests  (1)
  --replicas N        replicas of each server, each of its own kind   (0)
  --memory-keys N     keys to measure memory with, 16 bytes and 32 of value; 0 for none   (1000000)
  --options "..."     more directives for both servers, as on their command lines
  --rows FILE         also write each measurement there, as CSV
END
    exit 2
}

vireo=target/vireo/bin/vireo-server
tests="set get incr"
depths="1 16 64"
rounds=5
warmup=3
connections=50
value_bytes=64
keys=1000000
scale=1
replicas=0
memory_keys=1000000
options=""
rows=""
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
        --vireo) vireo=$2 ;;
        --tests) tests=$2 ;;
        --depths) depths=$2 ;;
        --rounds) rounds=$2 ;;
        --warmup) warmup=$2 ;;
        --connections) connections=$2 ;;
        --value-bytes) value_bytes=$2 ;;
        --keys) keys=$2 ;;
        --scale) scale=$2 ;;
        --replicas) replicas=$2 ;;
        --memory-keys) memory_keys=$2 ;;
        --options) options=$2 ;;
        --rows) rows=$2 ;;
        *) usage ;;
    esac
    shift 2
done
[ -x "$vireo" ] || {
    echo "No $vireo: run mvn -DskipTests package first, or name it by --vireo." >&2
    exit 1
}

folder=$(mktemp -d)
measured=$folder/measured.csv
pids=()
end() {
    for pid in ${pids[@]+"${pids[@]}"}; do
        kill -KILL "$pid" 2> /dev/null || true
        wait "$pid" 2> /dev/null || true
    done
    rm -rf "$folder"
}
trap end EXIT

# Prints a port of this host that nobody listens on.
next_port=21800
free_port() {
    while (: < "/dev/tcp/127.0.0.1/$next_port") 2> /dev/null; do
        next_port=$((next_port + 1))
    done
    port=$next_port
    next_port=$((next_port + 1))
}

# Starts the program $1 with more directives; sets port and pid.
start() {
    local program=$1
    shift
    free_port
    mkdir "$folder/$port"
    : > "$folder/$port/log"
    # shellcheck disable=SC2086 # options is a list
    "$program" --port "$port" --bind 127.0.0.1 --dir "$folder/$port" --save "" "$@" $options \
        > "$folder/$port/log" 2>&1 &
    pid=$!
    pids+=("$pid")
    local patience=300
    until grep -q "Ready to accept connections" "$folder/$port/log"; do
        kill -0 "$pid" 2> /dev/null && [ $((patience--)) -gt 0 ] || {
            cat "$folder/$port/log" >&2
            exit 1
        }
        sleep 0.1
    done
}

# Starts a server and its replicas; sets port and pid of the server.
start_group() {
    local program=$1 primary_port primary_pid
    start "$program"
    primary_port=$port
    primary_pid=$pid
    for ((i = 0; i < replicas; i++)); do
        start "$program" --replicaof "127.0.0.1 $primary_port"
        until redis-cli -p "$port" INFO replication | grep -q "master_link_status:up"; do
            sleep 0.1
        done
    done
    port=$primary_port
    pid=$primary_pid
}

# Prints the CPU time of process $1 so far, user and system, in clock ticks. The name before it may hold anything.
cpu_ticks() {
    awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# Prints the resident memory of process $1 in bytes.
resident() {
    awk '$1 == "VmRSS:" { print $2 * 1024 }' "/proc/$1/status"
}

# Prints how many requests make one measurement of some seconds: $1 commands per request, test $2.
requests() {
    awk -v depth="$1" -v test="$2" -v scale="$scale" 'BEGIN {
        count = depth < 8 ? 150000 : 1500000
        if (test == "mset" || test ~ /^lrange/) count /= 8
        print int(count * scale) + 1000
    }'
}

# One measurement: server $1 (its name), port $2, process $3, depth $4, test $5, round $6.
measure() {
    local count before after rate
    count=$(requests "$4" "$5")
    before=$(cpu_ticks "$3")
    rate=$(redis-benchmark -p "$2" -c "$connections" -d "$value_bytes" -r "$keys" -P "$4" -n "$count" -t "$5" --csv |
        awk -F'"' 'END { print $4 }')
    after=$(cpu_ticks "$3")
    if [ "$6" -gt 0 ]; then
        awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v count="$count" -v rate="$rate" -v key="$1,$4,$5" \
            'BEGIN { printf "%s,%.0f,%.4f\n", key, rate, ticks / hz * 1e6 / count }' >> "$measured"
    fi
}

# Prints the medians of both servers for depth $1 and test $2, and their ratios.
report() {
    awk -F, -v depth="$1" -v test="$2" '
        $2 == depth && $3 == test { n[$1]++; rate[$1, n[$1]] = $4; cpu[$1, n[$1]] = $5 }
        function median(values, server,    i, j, moved, sorted) {
            for (i = 1; i <= n[server]; i++) {
                moved = values[server, i]
                for (j = i - 1; j > 0 && sorted[j] > moved; j--) sorted[j + 1] = sorted[j]
                sorted[j + 1] = moved
            }
            i = int((n[server] + 1) / 2)
            return n[server] % 2 ? sorted[i] : (sorted[i] + sorted[i + 1]) / 2
        }
        END {
            r = median(rate, "redis"); v = median(rate, "vireo")
            rc = median(cpu, "redis"); vc = median(cpu, "vireo")
            printf "%5d  %-8s %11.0f %11.0f %7.2f   %9.3f %9.3f %7.2f\n", depth, test, r, v, v / r, rc, vc, \
                rc ? vc / rc : 0
        }' "$measured"
}

# Prints the memory per key of server $1: its name, port $2, process $3.
memory_per_key() {
    local before after
    before=$(resident "$3")
    awk -v count="$memory_keys" 'BEGIN {
        for (i = 0; i < count; i++) printf "SET key:%012d 0123456789abcdef%016d\r\n", i, i
    }' | redis-cli -p "$2" --pipe > "$folder/pipe" || {
        cat "$folder/pipe" >&2
        exit 1
    }
    after=$(resident "$3")
    awk -v name="$1" -v bytes=$((after - before)) -v count="$memory_keys" -v base="$before" 'BEGIN {
        printf "%s: %.1f bytes of resident memory per key (above %.0f MB when empty)\n", name, bytes / count, base / 1e6
    }'
}

start_group redis-server
redis_port=$port redis_pid=$pid
start_group "$vireo"
vireo_port=$port vireo_pid=$pid

echo "$(redis-server --version | awk '{ print $1, $3 }') and $("$vireo" --version), $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg)"
echo "$connections connections, values of $value_bytes bytes, $keys keys, $replicas replicas, median of $rounds rounds" \
    "after $warmup"
echo
echo "                    requests per second     vireo/    CPU us per request   vireo/"
echo "depth  test            redis       vireo    redis       redis     vireo    redis"
for depth in $depths; do
    for ((round = 1 - warmup; round <= rounds; round++)); do
        for test in $tests; do
            if ((round % 2 == 0)); then
                measure redis "$redis_port" "$redis_pid" "$depth" "$test" "$round"
                measure vireo "$vireo_port" "$vireo_pid" "$depth" "$test" "$round"
            else
                measure vireo "$vireo_port" "$vireo_pid" "$depth" "$test" "$round"
                measure redis "$redis_port" "$redis_pid" "$depth" "$test" "$round"
            fi
        done
    done
    for test in $tests; do
        report "$depth" "$test"
    done
done
[ -z "$rows" ] || { echo "server,depth,test,requests_per_second,cpu_us_per_request" && cat "$measured"; } > "$rows"

# Memory on fresh servers: what was measured before has left its marks.
if [ "$memory_keys" -gt 0 ]; then
    echo
    echo "$memory_keys keys of 16 bytes with values of 32:"
    replicas=0
    for name in redis vireo; do
        start_group "$([ $name = redis ] && echo redis-server || echo "$vireo")"
        redis-cli -p "$port" PING > /dev/null
        memory_per_key "$name" "$port" "$pid"
    done
fi
