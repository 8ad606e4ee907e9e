"""redis-py for the tests: reads {"id", "method", "arguments"} lines, writes {"id", "reply" | "refused" | "unknown"} lines.

Arguments of the command line: "never" if no request may be sent twice, then host:port of a node of each zone.
"""

import json
import logging
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from redis import ConnectionPool, Redis
from redis import cluster as library
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import Connection
from redis.exceptions import ConnectionError, MovedError, ResponseError, TimeoutError

WORKERS = 64
# What the library asks for its own sake, as often as it likes.
OWN_BUSINESS = ("CLUSTER SLOTS", "COMMAND", "INFO", "SUBSCRIBE")
repeats, *places = sys.argv[1:]
# It tells of every broken connection with its trace.
logging.getLogger("redis").setLevel(logging.CRITICAL)


class Unanswered(Exception):
    """Sent, and the connection broke: whether it was executed nobody knows."""


class SendsOnce(Connection):
    """RedisCluster sends anew what a broken connection left unanswered, unless the error is none that it knows."""

    is_request = False

    def send_command(self, *args, **options):
        self.is_request = args[0] not in OWN_BUSINESS
        super().send_command(*args, **options)

    def read_response(self, *args, **options):
        try:
            return super().read_response(*args, **options)
        except (ConnectionError, TimeoutError) as error:
            if not self.is_request:
                raise
            raise Unanswered(str(error)) from error


library_connection = library.get_connection


def get_connection(redis_node, *args, **options):
    """
    Version 4.3.4 takes a connection that cannot be made for the one of the attempt before, and releases that a second time: two
    threads share it from then on, and read each other's replies. Given one that fails when it is used it releases that one.
    """
    try:
        return library_connection(redis_node, *args, **options)
    except (ConnectionError, TimeoutError):
        pool = redis_node.connection_pool
        return pool.connection_class(**pool.connection_kwargs)


library.get_connection = get_connection

settings = {
    "decode_responses": True,
    "max_connections": 2 * WORKERS,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    **({"connection_class": SendsOnce} if repeats == "never" else {}),
}


def node(place):
    """With a connection of its own: see examples/clients/redisPyOutage.py."""
    host, port = place.split(":")
    pool = ConnectionPool(host=host, port=int(port), **settings)
    return ClusterNode(host, int(port), redis_connection=Redis(connection_pool=pool))


cluster = RedisCluster(
    # Only with an address of this kind may it be told of another class of connections. By this name it takes no start node's place.
    url=f"redis://localhost:{places[0].split(':')[1]}",
    startup_nodes=[node(place) for place in places],
    dynamic_startup_nodes=False,
    cluster_error_retry_attempts=1,
    **settings,
)


def exchange(own, value, other):
    """MULTI is the business of a single node's client in this version."""
    node = cluster.get_node_from_key(own)
    try:
        with cluster.get_redis_connection(node).pipeline(transaction=True) as transaction:
            return transaction.rpush(own, value).lrange(other, 0, -1).execute()[1]
    except (MovedError, ConnectionError, Unanswered):
        cluster.nodes_manager.initialize()
        raise


def pop(key):
    found = cluster.blpop(key, 1)
    return None if found is None else found[1]


def listen(channel):
    """A subscription that is renewed on another node when its own is gone."""

    def hear():
        while True:
            try:
                subscription = cluster.pubsub()
                subscription.subscribe(channel)
                for message in subscription.listen():
                    if message["type"] == "message":
                        write({"channel": channel, "message": message["data"]})
                    else:
                        ready.set()
            except Exception:
                time.sleep(0.1)

    ready = threading.Event()
    threading.Thread(target=hear, daemon=True).start()
    ready.wait()


METHODS = {
    "get": lambda key: cluster.get(key),
    "set": lambda key, value: cluster.set(key, value),
    "increment": lambda key: cluster.incr(key),
    "hashGet": lambda key, field: cluster.hget(key, field),
    "hashSet": lambda key, field, value: cluster.hset(key, field, value),
    "hashIncrement": lambda key, field: cluster.hincrby(key, field, 1),
    "score": lambda key, member: cluster.zscore(key, member),
    "scoreSet": lambda key, member, score: cluster.zadd(key, {member: score}),
    "scoreIncrement": lambda key, member: cluster.zincrby(key, 1, member),
    "push": lambda key, value: cluster.rpush(key, value),
    "list": lambda key: cluster.lrange(key, 0, -1),
    "add": lambda key, value: cluster.xadd(key, {"token": value}),
    "entries": lambda key: [fields["token"] for _, fields in cluster.xrange(key)],
    "exchange": exchange,
    "pop": pop,
    "publish": lambda channel, message: cluster.publish(channel, message),
    "listen": listen,
}

writing = threading.Lock()


def write(line):
    with writing:
        print(json.dumps(line), flush=True)


def serve(request):
    answer = {"id": request["id"]}
    try:
        answer["reply"] = METHODS[request["method"]](*request["arguments"])
    except ResponseError as error:
        answer["refused"] = f"{type(error).__name__}: {error}"
    except ConnectionError as error:
        # What may have been sent before ended as Unanswered.
        is_unsent = repeats == "never" and "connecting to" in str(error)
        answer["refused" if is_unsent else "unknown"] = f"ConnectionError: {error}"
    except Exception as error:
        answer["unknown"] = f"{type(error).__name__}: {error}"
    write(answer)


with ThreadPoolExecutor(WORKERS) as workers:
    for line in sys.stdin:
        workers.submit(serve, json.loads(line))
