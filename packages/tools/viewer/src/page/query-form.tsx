import type { TableType } from "@store/core";
import { useEffect, useState } from "preact/hooks";
import type { Query, Way } from "./query.js";

const WAYS: readonly (readonly [way: Way, name: string])[] = [
  ["all", "All"],
  ["key", "Key"],
  ["range", "Range"],
  ["prefix", "Prefix"],
  ["match", "Pattern"],
];

/** Which records are looked for. */
export function QueryForm({
  query,
  type,
  onQuery,
}: {
  query: Query;
  type: TableType;
  onQuery: (query: Query) => void;
}) {
  const [draft, setDraft] = useState(query);
  const id = JSON.stringify(query);
  useEffect(() => setDraft(query), [id]);
  const isOrdered = type === "ordered_set";
  const ways = WAYS.filter(([way]) => isOrdered || (way !== "range" && way !== "prefix"));
  const set = (part: Partial<Query>) => setDraft({ ...draft, ...part });
  const choose = (way: Way) => {
    // What was typed for another way would narrow this one without a word.
    const next = { ...draft, way, from: "", to: "" };
    setDraft(next);
    if (way === "all") onQuery(next);
  };
  const field = (name: "key" | "from" | "to" | "prefix" | "match", label: string, hint: string) => (
    <label class={name === "match" ? "field wide" : "field"}>
      <span>{label}</span>
      <input
        type="text"
        data-query=""
        value={draft[name]}
        placeholder={hint}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  const check = (name: "withFrom" | "withTo" | "reverse", label: string) => (
    <label class="check">
      <input
        type="checkbox"
        checked={draft[name]}
        onChange={(event) => {
          const next = { ...draft, [name]: event.currentTarget.checked };
          setDraft(next);
          if (draft.way === "all") onQuery(next);
        }}
      />
      {label}
    </label>
  );
  return (
    <search>
      <form
        class="query"
        onSubmit={(event) => {
          event.preventDefault();
          onQuery(draft);
        }}
      >
        <div class="first">
          <fieldset class="ways">
            <legend class="visually-hidden">Which records</legend>
            {ways.map(([way, name]) => (
              <label key={way} class={draft.way === way ? "way on" : "way"}>
                <input
                  type="radio"
                  name="way"
                  value={way}
                  checked={draft.way === way}
                  onChange={() => choose(way)}
                />
                {name}
              </label>
            ))}
          </fieldset>
          {isOrdered && draft.way !== "key" && check("reverse", "last first")}
        </div>
        {draft.way !== "all" && (
          <div class="fields">
            {draft.way === "key" && field("key", "Key", '"r1", 17, ["run", 1]')}
            {draft.way === "match" &&
              field("match", "Pattern", '[["run", _], {"state": "failed"}]')}
            {(draft.way === "range" || (draft.way === "match" && isOrdered)) && (
              <>
                {field("from", "From", "the first key: 17")}
                {check("withFrom", "with it")}
                {field("to", "To", "the last key: 99")}
                {check("withTo", "with it")}
              </>
            )}
            {draft.way === "prefix" && field("prefix", "Prefix", '["run"] or "app:"')}
            <button type="submit" class="primary">
              Search
            </button>
          </div>
        )}
      </form>
    </search>
  );
}
