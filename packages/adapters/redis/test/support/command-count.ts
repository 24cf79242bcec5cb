import { createClient } from "redis";

interface Sending {
  sendCommand(args: readonly unknown[], ...rest: unknown[]): unknown;
}

let commands = 0;

/** How many commands all clients of this process have sent so far, but for pings. */
export function commandCount(): number {
  return commands;
}

/** Counts them from now on: whatever a client sends goes through this method. */
export function countCommands(): void {
  let prototype: object = createClient();
  while (!Object.hasOwn(prototype, "sendCommand")) prototype = Object.getPrototypeOf(prototype);
  const counted = prototype as Sending;
  const { sendCommand } = counted;
  counted.sendCommand = function (args, ...rest) {
    if (args[0] !== "PING") commands++;
    return sendCommand.call(this, args, ...rest);
  };
}
