// What the peers' drivers share: the words they are called with and the lines by which the benchmark starts and times them, as
// ../queue_driver.cpp has them.

import { createInterface } from "node:readline";

/**
 * Runs `prepare`, or `enqueue` and `work` once the benchmark says so; both return how many tasks they did. `answer` does what is to be
 * done before, and gives the function that returns how many microseconds each interactive task waited.
 */
export async function drive({ prepare, enqueue, work, answer, close }) {
  const [, , , verb, ...words] = process.argv;
  const numbers = words.map(Number);
  if (verb === "prepare") {
    await prepare();
  } else {
    const begun = verb === "answer" ? await answer(...numbers) : undefined;
    const lines = createInterface({ input: process.stdin });
    const start = new Promise((resolve) => lines.once("line", resolve));
    console.log("ready");
    await start;
    lines.close();
    if (begun) {
      console.log(["answered", ...(await begun()).map(Math.round)].join(" "));
    } else {
      const { number, time } = await (verb === "enqueue" ? enqueue : work)(...numbers);
      console.log(`done ${number} ${Math.round(time ?? Date.now())}`);
    }
  }
  await close();
}

export const database = process.argv[2];

/** What is given to begin() when an interactive task begins; ask(enqueue) enqueues one and returns how many microseconds that takes. */
export class Waiting {
  begin() {
    this.begun?.(performance.now());
  }

  async ask(enqueue) {
    const begins = new Promise((resolve) => (this.begun = resolve));
    const asked = performance.now();
    await enqueue();
    return ((await begins) - asked) * 1000;
  }
}

export function* batches(number, batch) {
  for (let first = 0; first < number; first += batch)
    yield Array.from({ length: Math.min(batch, number - first) }, (_, index) => `room:${first + index}`);
}
