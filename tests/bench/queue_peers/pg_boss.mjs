// pg-boss, with as many jobs in a batch as is asked for: fetched and completed together, the next being
// fetched meanwhile.

import { PgBoss } from "pg-boss";

import { batches, database, drive } from "./driver.mjs";

const queue = "bench";
const boss = new PgBoss({ connectionString: database, supervise: false, schedule: false });
boss.on("error", (error) => {
  throw error;
});
await boss.start();

await drive({
  // Of the same key one job at most is waiting.
  prepare: () => boss.createQueue(queue, { policy: "short" }),

  async enqueue(number, batch) {
    for (const rooms of batches(number, batch))
      await boss.insert(queue, rooms.map((room) => ({ data: {}, singletonKey: room })));
    return { number };
  },

  async work(batch) {
    let number = 0;
    let next = boss.fetch(queue, { batchSize: batch });
    while (true) {
      const jobs = await next;
      if (jobs.length === 0) return { number };
      next = boss.fetch(queue, { batchSize: batch });
      await boss.complete(queue, jobs.map((job) => job.id));
      number += jobs.length;
    }
  },

  close: () => boss.stop({ graceful: false }),
});
