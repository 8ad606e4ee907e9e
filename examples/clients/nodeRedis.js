import { createCluster } from "redis";

// One address is enough: the library asks it for the others.
const url = `redis://127.0.0.1:${process.env.PORT ?? 6379}`;
const db = createCluster({ rootNodes: [{ url }] });
db.on("error", (error) => console.error(error.message));
await db.connect();

await db.set("greeting", "hello");
console.log(await db.get("greeting"));

await db.close();
