# Writes and reads on through the loss of a zone: `npm run chaos -- kill zone=a forMs=10000` while it works.
import logging
import os
import signal
import time

from redis import Redis
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import RedisClusterException, RedisError

port = int(os.environ.get("PORT", 6379))
until = time.monotonic() + int(os.environ.get("FOR_MS", 60_000)) / 1000


def stop(_signal, _frame):
    global until
    until = 0


# Ctrl-C tells what came of it so far.
signal.signal(signal.SIGINT, stop)
# The library logs every broken connection with its trace.
logging.getLogger("redis").setLevel(logging.CRITICAL)


def node(port):
    # With a connection of its own: this version (4.3.4) cannot make another one once the cluster client works, and never
    # learns who leads after the node is lost that it had connected to.
    options = {"decode_responses": True, "socket_connect_timeout": 1, "socket_timeout": 5}
    return ClusterNode("127.0.0.1", port, redis_connection=Redis("127.0.0.1", port, **options))


db = RedisCluster(
    # All of them: when one is away the others can be asked who leads.
    startup_nodes=[node(port + zone) for zone in range(3)],
    # And asked again later: else only nodes that the cluster told of, the dead one first.
    dynamic_startup_nodes=False,
    decode_responses=True,
    # A dead zone is noticed after this long.
    socket_connect_timeout=1,
    socket_timeout=5,
    # Each of its own attempts tries the node five times, a quarter of a second apart; then the application decides.
    cluster_error_retry_attempts=1,
)
key = f"orders:{os.getpid()}"
attempted = acknowledged = unknown = 0
quiet_since = time.monotonic()
longest = 0.0
while time.monotonic() < until:
    attempted += 1
    try:
        db.incr(key)
        acknowledged += 1
        quiet = time.monotonic() - quiet_since
        if quiet > 1:
            print(f"writes resumed after {quiet * 1000:.0f} ms", flush=True)
        longest = max(longest, quiet)
        quiet_since = time.monotonic()
    # IndexError: this version's own, once, when the primary has become a replica.
    except (RedisError, RedisClusterException, IndexError) as error:
        # It may have happened or not: an order with a number of its own could be looked up.
        unknown += 1
        if unknown == 1:
            print(f"a write was not answered: {type(error).__name__}", flush=True)
    time.sleep(0.1)
count = int(db.get(key))
# It sends an INCR again whose connection broke: the counter may be higher than the attempts.
print(f"{acknowledged} of {attempted} writes acknowledged, longest pause {longest * 1000:.0f} ms")
print("nothing acknowledged was lost" if acknowledged <= count else f"LOST: the counter is {count}")
