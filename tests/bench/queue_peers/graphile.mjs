// graphile-worker, with as many jobs in a batch as is asked for: fetched into its local queue and completed together.

import { setTimeout as sleep } from "node:timers/promises";

import { Logger, makeWorkerUtils, run } from "graphile-worker";

import { Waiting, batches, database, drive } from "./driver.mjs";

const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ connectionString: database, logger });

await drive({
  prepare: () => utils.migrate(),

  async enqueue(number, batch) {
    for (const rooms of batches(number, batch))
      await utils.addJobs(rooms.map((room) => ({ identifier: "reconcile", payload: {}, jobKey: room })));
    return { number };
  },

  async work(batch) {
    let number = 0;
    const runner = await run({
      preset: {
        worker: {
          connectionString: database,
          concurrentJobs: batch,
          maxPoolSize: batch + 2,
          pollInterval: 50,
          ...(batch > 1 ? { localQueue: { size: batch }, completeJobBatchDelay: 0 } : {}),
          logger,
        },
      },
      noHandleSignals: true,
      taskList: { reconcile: async () => { ++number; } },
    });
    // Nothing is ready any more once it has asked in vain.
    await new Promise((resolve) => {
      runner.events.on("localQueue:getJobs:complete", ({ jobs }) => jobs.length === 0 && resolve());
      runner.events.on("worker:getJob:empty", () => batch === 1 && resolve());
    });
    const time = Date.now();
    await runner.stop();
    return { number, time };
  },

  async answer(number, atOnce, duration, times) {
    for (const rooms of batches(number, number))
      await utils.addJobs(rooms.map((room) => ({ identifier: "reconcile", payload: {}, jobKey: room, priority: 10 })));
    const waiting = new Waiting();
    const runner = await run({
      preset: { worker: { connectionString: database, concurrentJobs: atOnce, maxPoolSize: atOnce + 2, pollInterval: 200, logger } },
      noHandleSignals: true,
      taskList: {
        reconcile: () => sleep(duration),
        asked: async () => {
          waiting.begin();
          await sleep(duration);
        },
      },
    });
    return async () => {
      const waited = [];
      for (let index = 0; index < times; ++index)
        waited.push(await waiting.ask(() => utils.addJob("asked", {}, { jobKey: `asked:${index}`, priority: 0 })));
      await runner.stop();
      return waited;
    };
  },

  close: () => utils.release(),
});
