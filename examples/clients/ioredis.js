import { Cluster } from "ioredis";

// One address is enough: the library asks it for the others.
const db = new Cluster([{ host: "127.0.0.1", port: Number(process.env.PORT ?? 6379) }]);
db.on("error", (error) => console.error(error.message));

await db.set("greeting", "hello");
console.log(await db.get("greeting"));

db.disconnect();
