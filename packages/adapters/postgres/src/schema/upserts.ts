import { alive, expired, type Names } from "./names.js";

/** The ends of INSERT statements: what is done about a row that is there already. */
export interface Upserts {
  /** Into a set: the record of the key is replaced. */
  readonly replacing: string;
  /** Into a set: nothing, unless it has expired; so the number of rows says whether all were new. */
  readonly onlyNew: string;
  /** Into a bag: an equal record takes the new moment, and one that has expired a new place. */
  readonly bag: string;
}

/** For INSERT statements that call the table `r`. */
export const UPSERTS: Upserts = {
  replacing: `ON CONFLICT (table_id, key)
    DO UPDATE SET body = EXCLUDED.body, expires_at = EXCLUDED.expires_at`,
  onlyNew: `ON CONFLICT (table_id, key)
    DO UPDATE SET body = EXCLUDED.body, expires_at = EXCLUDED.expires_at WHERE ${expired("r")}`,
  bag: `ON CONFLICT (table_id, key, digest, copy) DO UPDATE SET
      expires_at = EXCLUDED.expires_at,
      seq = CASE WHEN ${alive("r")} THEN r.seq ELSE EXCLUDED.seq END
    WHERE r.expires_at IS DISTINCT FROM EXCLUDED.expires_at`,
};

/** What the column `copy` of a new item is: all equal ones of a bag are one row, those of a duplicate_bag never. */
export function copyOf(type: "bag" | "duplicate_bag", { sequence }: Names): string {
  return type === "bag" ? "0" : `nextval('${sequence}')`;
}
