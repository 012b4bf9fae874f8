// pg-boss, with as many jobs in a batch as is asked for: fetched and completed together, the next being
// fetched meanwhile.

import { setTimeout as sleep } from "node:timers/promises";

import { PgBoss } from "pg-boss";

import { Waiting, batches, database, drive } from "./driver.mjs";

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

  // Not by its own worker, which looks twice a second at most: each of the tasks done at once is followed by the next by itself.
  async answer(number, atOnce, duration, times) {
    for (const rooms of batches(number, number))
      await boss.insert(queue, rooms.map((room) => ({ data: {}, singletonKey: room, priority: 0 })));
    const waiting = new Waiting();
    let stopped = false;
    const slots = Array.from({ length: atOnce }, async () => {
      while (!stopped) {
        const [job] = await boss.fetch(queue);
        if (job?.data.asked) waiting.begin();
        await sleep(duration);
        if (job) await boss.complete(queue, job.id);
      }
    });
    return async () => {
      const waited = [];
      for (let index = 0; index < times; ++index)
        waited.push(await waiting.ask(() => boss.send(queue, { asked: true }, { singletonKey: `asked:${index}`, priority: 10 })));
      stopped = true;
      await Promise.all(slots);
      return waited;
    };
  },

  close: () => boss.stop({ graceful: false }),
});
