// What the peers' drivers share: the words they are called with and the lines by which the benchmark starts and times them, as
// ../queue_driver.cpp has them.

import { createInterface } from "node:readline";

/** Runs `prepare`, or `enqueue` and `work` once the benchmark says so. Both return how many tasks they did. */
export async function drive({ prepare, enqueue, work, close }) {
  const [, , , verb, ...numbers] = process.argv;
  if (verb === "prepare") {
    await prepare();
  } else {
    const lines = createInterface({ input: process.stdin });
    const start = new Promise((resolve) => lines.once("line", resolve));
    console.log("ready");
    await start;
    lines.close();
    const { number, time } = await (verb === "enqueue" ? enqueue : work)(...numbers.map(Number));
    console.log(`done ${number} ${Math.round(time ?? Date.now())}`);
  }
  await close();
}

export const database = process.argv[2];

export function* batches(number, batch) {
  for (let first = 0; first < number; first += batch)
    yield Array.from({ length: Math.min(batch, number - first) }, (_, index) => `room:${first + index}`);
}
