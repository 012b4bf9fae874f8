// graphile-worker, with as many jobs in a batch as is asked for: fetched into its local queue and completed together.

import { Logger, makeWorkerUtils, run } from "graphile-worker";

import { batches, database, drive } from "./driver.mjs";

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

  close: () => utils.release(),
});
