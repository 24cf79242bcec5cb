import { count, counted } from "./format.js";
import type { Records } from "./use-records.js";

/** How far it is, told to who doesn't see it, too. */
export function RecordsState({
  records,
  isSearch,
}: {
  records: Records & { readonly cancel: () => void };
  isSearch: boolean;
}) {
  const { rows, dropped, searched, isBusy, error, cursor } = records;
  const shown = dropped + rows.length;
  const text = isBusy
    ? `${isSearch ? "Searching" : "Reading"}: ${count(searched)} looked at, ${count(shown)} found so far`
    : cursor === undefined
      ? `${counted(shown, "record")}: that is all${isSearch ? ` of ${count(searched)} looked at` : ""}`
      : `${counted(shown, "record")} so far${isSearch ? `; ${count(searched)} looked at` : ""}`;
  return (
    <div class="state">
      <p role="status">
        {text}
        {dropped > 0 && `; the first ${count(dropped)} were let go`}
      </p>
      {isBusy && (
        <>
          <progress aria-label="Searching" />
          <button type="button" onClick={records.cancel}>
            Cancel
          </button>
        </>
      )}
      {error !== undefined && (
        <p role="alert" class="error">
          {error}
        </p>
      )}
    </div>
  );
}
