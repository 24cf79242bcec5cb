import { types } from "node:util";
import type { Answer, Progress, Question, SentError } from "./processes/message.js";
import { Resident } from "./processes/resident.js";

// The program of the kit's processes: does what it is asked, and ends when nobody is left to ask.
const post = (message: Answer | Progress) => process.send?.(message);
const resident = new Resident((step) => post({ step }));

process.on("message", async ({ deed, args }: Question) => {
  try {
    post({ value: await Reflect.apply(resident[deed], resident, args) });
  } catch (error) {
    post({ error: sent(error) });
  }
});
process.on("disconnect", () => process.exit());

function sent(error: unknown): SentError {
  if (!types.isNativeError(error))
    return { name: "Error", message: String(error), code: undefined };
  const { name, message } = error;
  return { name, message, code: Reflect.get(error, "code") };
}
