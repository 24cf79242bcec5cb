import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { ErlangFile } from "../../src/index.js";
import { Otp } from "./otp.js";

/** An OTP and a directory for the tests of a block. */
export class Workspace {
  otp!: Otp;
  #directory = "";

  constructor(withOtp = true) {
    beforeAll(() => {
      if (withOtp) this.otp = new Otp();
      this.#directory = mkdtempSync(join(tmpdir(), "store-erlang-"));
    });
    afterAll(async () => {
      if (withOtp) await this.otp.close();
      rmSync(this.#directory, { recursive: true });
    });
  }

  path(name: string): string {
    return join(this.#directory, name);
  }

  /** What the expressions come to, in which the directory is `Dir`, with a slash behind it. */
  run(expressions: string): Promise<unknown> {
    return this.otp.evaluate(`Dir = ${JSON.stringify(`${this.#directory}/`)}, ${expressions}`);
  }
}

/** What a walk gave before it ended, and the error with which it did, if it did. */
export function walked(file: ErlangFile): { readonly records: unknown[]; readonly error: unknown } {
  const records: unknown[] = [];
  try {
    for (const record of file.records()) records.push(record);
    return { records, error: undefined };
  } catch (error) {
    return { records, error };
  }
}
