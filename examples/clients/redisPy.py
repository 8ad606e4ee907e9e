import os

from redis.cluster import RedisCluster

# One address is enough: the library asks it for the others.
db = RedisCluster(host="127.0.0.1", port=int(os.environ.get("PORT", 6379)), decode_responses=True)

db.set("greeting", "hello")
print(db.get("greeting"))
