import { channels, type StoreCall, type StoreOperation } from "../src/index.js";

/** The events of some operations, as texts, and their calls, while something is done. */
export async function heard(
  operations: readonly StoreOperation[],
  work: () => unknown,
): Promise<{ readonly events: string[]; readonly calls: StoreCall[] }> {
  const events: string[] = [];
  const calls: StoreCall[] = [];
  const ends: (() => void)[] = [];
  for (const operation of operations) {
    const on = (event: string) => (message: unknown) => {
      const call = message as StoreCall;
      events.push(`${call.operation} ${event}`);
      if ((event === "end" || event === "asyncEnd") && !calls.includes(call)) calls.push(call);
    };
    const subscribers = {
      start: on("start"),
      end: on("end"),
      asyncStart: on("asyncStart"),
      asyncEnd: on("asyncEnd"),
      error: on("error"),
    };
    channels[operation].subscribe(subscribers);
    ends.push(() => channels[operation].unsubscribe(subscribers));
  }
  try {
    await work();
  } finally {
    for (const end of ends) end();
  }
  return { events, calls };
}
