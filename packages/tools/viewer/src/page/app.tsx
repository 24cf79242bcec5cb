import { useEffect, useRef, useState } from "preact/hooks";
import type { MarkAnswer, PlaceAnswer } from "../protocol.js";
import { tell } from "./api.js";
import { CompareView } from "./compare-view.js";
import { EngineView } from "./engine-view.js";
import { count } from "./format.js";
import { Help } from "./help.js";
import { useKept, useShortcuts } from "./hooks.js";
import { Nav } from "./nav.js";
import { Overview } from "./overview.js";
import { go, hrefOf, idOf, type Route, sameTable, useRoute, type View } from "./route.js";
import { TableView } from "./table-view.js";
import { useWatched } from "./watch.js";

type Theme = "auto" | "light" | "dark";
const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: "dark", dark: "light", light: "auto" };
const MARKS = "store-viewer-marks";

const TITLES: Readonly<Record<Exclude<View, "table">, string>> = {
  overview: "Tables",
  engine: "Engine",
  compare: "Compare",
};

export function App({ place }: { place: PlaceAnswer }) {
  const route = useRoute();
  const watched = useWatched();
  const [filter, setFilter] = useState("");
  const [theme, setTheme] = useKept<Theme>("theme", "auto");
  const [keys, setKeys] = useKept<"on" | "off">("keys", "on");
  const [isHelping, setHelping] = useState(false);
  const [said, setSaid] = useState("");
  const { marks, mark } = useMarks(setSaid);
  const main = useRef<HTMLElement>(null);
  const tables = watched.answer?.tables ?? [];

  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  useTitle(route, place.label);
  useShortcuts(
    {
      "1": () => go(hrefOf("overview")),
      "2": () => go(hrefOf("engine")),
      "3": () => go(hrefOf("compare")),
      "?": () => setHelping(true),
      t: () => setTheme(NEXT_THEME[theme]),
      ...(route.view !== "table" && {
        m: () => void mark(),
        "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus(),
      }),
    },
    keys === "on",
  );

  return (
    <>
      {/* It leads to a part of this page, and the address has other uses for what is behind the #. */}
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <p class="brand">
          <Mark /> <span>store</span>
        </p>
        <p class="place" title={place.label}>
          {place.label}
        </p>
        <span class={place.isWritable ? "badge write" : "badge"}>
          {place.isWritable ? "writable" : "read-only"}
        </span>
        <span class="spring" />
        <button type="button" onClick={() => setTheme(NEXT_THEME[theme])}>
          Theme: {theme}
        </button>
        <button
          type="button"
          aria-haspopup="dialog"
          aria-keyshortcuts="?"
          onClick={() => setHelping(true)}
        >
          Keys
          <span class="kbd" aria-hidden="true">
            ?
          </span>
        </button>
      </header>
      <div class="columns">
        <Nav tables={tables} route={route} filter={filter} onFilter={setFilter} />
        <main ref={main} tabIndex={-1}>
          {watched.error !== undefined && (
            <p role="alert" class="error">
              {watched.error}
            </p>
          )}
          {route.view === "table" && route.table !== undefined ? (
            watched.answer === undefined ? (
              <p class="empty">…</p>
            ) : (
              <TableView
                table={route.table}
                row={tables.find(({ table }) => sameTable(route.table, table))}
                params={route.params}
                samples={watched.records.get(idOf(route.table)) ?? []}
                isWritable={place.isWritable}
                hasKeys={keys === "on"}
                onSay={setSaid}
                onMark={mark}
              />
            )
          ) : (
            <>
              <div class="title">
                <h1>{TITLES[route.view as "overview"]}</h1>
                {route.view === "overview" && (
                  <button type="button" onClick={() => void mark()}>
                    Take a mark
                  </button>
                )}
              </div>
              {route.view === "overview" && <Overview watched={watched} filter={filter} />}
              {route.view === "engine" && <EngineView watched={watched} />}
              {route.view === "compare" && <CompareView marks={marks} onMark={() => void mark()} />}
            </>
          )}
        </main>
      </div>
      <p role="status" class={said === "" ? "toast" : "toast on"}>
        {said}
      </p>
      <Help
        isOpen={isHelping}
        hasKeys={keys === "on"}
        onKeys={(isOn) => setKeys(isOn ? "on" : "off")}
        onClose={() => setHelping(false)}
      />
    </>
  );
}

/** Marks that were taken on this page; the server has what they remember. */
function useMarks(say: (text: string) => void) {
  const [marks, setMarks] = useState<readonly MarkAnswer[]>(() => {
    try {
      return JSON.parse(sessionStorage.getItem(MARKS) ?? "[]") as MarkAnswer[];
    } catch {
      return [];
    }
  });
  const current = useRef(marks);
  current.current = marks;
  const mark = async (selection?: URLSearchParams): Promise<MarkAnswer | undefined> => {
    try {
      const body = selection === undefined ? {} : { selection: selection.toString() };
      const taken = await tell<MarkAnswer>("marks", body);
      const next = [...current.current, taken].slice(-16);
      setMarks(next);
      sessionStorage.setItem(MARKS, JSON.stringify(next));
      const { range } = taken;
      const what = range === undefined ? "" : ` and ${count(range.records)} records`;
      say(`Marked: ${count(taken.tables)} tables${what}. Compare shows what changes.`);
      return taken;
    } catch (error) {
      say((error as Error).message);
      return undefined;
    }
  };
  useEffect(() => {
    const timer = setTimeout(() => say(""), 6_000);
    return () => clearTimeout(timer);
  }, [marks]);
  return { marks, mark };
}

function useTitle({ view, table }: Route, label: string): void {
  const what = table === undefined ? TITLES[view as "overview"] : table.join("/");
  useEffect(() => {
    document.title = `${what} · ${label}`;
  }, [what, label]);
}

function Mark() {
  return (
    <svg class="logo" width="18" height="18" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M7 8h18v4H7zM7 14h13v4H7zM7 20h8v4H7z" />
    </svg>
  );
}
