import type { IncomingMessage, ServerResponse } from "node:http";
import type { PlaceAnswer, ValuePath, WrittenAnswer } from "../protocol.js";
import { type Catalogue, nameOf } from "../tables/catalogue.js";
import { type ExportRequest, exportDump, exportJson } from "../tables/export.js";
import { badRequest, notThere, RequestError } from "../tables/failure.js";
import { newRecords } from "../tables/follow.js";
import type { HeldWalks } from "../tables/held-walks.js";
import type { MarkedSelection, Marks } from "../tables/marks.js";
import type { PageRequest } from "../tables/page-walk.js";
import { pageOf } from "../tables/pages.js";
import { partOfRecord, type RecordName, recordOf } from "../tables/records.js";
import { selectionOf } from "../tables/selection.js";
import { put, remove } from "../tables/writes.js";
import { sendJson, writeTo } from "./answer.js";
import { bodyOf, optionalTextIn, textIn } from "./body.js";

/** What requests are answered with. */
export interface Context {
  readonly place: PlaceAnswer;
  readonly catalogue: Catalogue;
  readonly held: HeldWalks;
  readonly marks: Marks;
}

interface Asked {
  readonly context: Context;
  readonly params: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Returns what is sent as JSON; undefined: it has answered itself. */
type Route = (asked: Asked) => Promise<unknown>;

/** By what a page has at once. */
const DEFAULT_LIMIT = 100;
const MOST_AT_ONCE = 1_000;

const READING: Readonly<Record<string, Route>> = {
  tables: ({ context }) => context.catalogue.list(),
  records: async (asked) => pageOf(await pageRequest(asked), asked.context.held),
  follow: async (asked) => newRecords(await pageRequest(asked)),
  record: async (asked) => recordOf(await recordName(asked)),
  value: async (asked) => {
    const { params } = asked;
    return partOfRecord(await recordName(asked), pathIn(params), numberIn(params, "from", 0));
  },
  compare: ({ context, params }) => context.marks.compare(params.get("mark") ?? ""),
  export: exporting,
};

/** What a request does that is no more than a question. */
const DOING: Readonly<Record<string, Route>> = {
  marks: async ({ context, request }) => {
    const body = await bodyOf(request);
    const asked = optionalTextIn(body, "selection");
    const params = asked === undefined ? undefined : new URLSearchParams(asked);
    return context.marks.take(params && (await markedSelection(context, params)));
  },
  put: async ({ context, request }): Promise<WrittenAnswer> => {
    checkWritable(context);
    const body = await bodyOf(request);
    const table = await context.catalogue.open(textIn(body, "table"));
    await put(table, {
      record: textIn(body, "record"),
      expected: optionalTextIn(body, "expected"),
      isNew: body.isNew === true,
    });
    return { records: 1 };
  },
  delete: async ({ context, request }): Promise<WrittenAnswer> => {
    checkWritable(context);
    const body = await bodyOf(request);
    const table = await context.catalogue.open(textIn(body, "table"));
    return { records: await remove(table, textIn(body, "record")) };
  },
};

/** Answers what the page asks for. */
export async function answer(asked: Asked, path: string): Promise<void> {
  const { request, response } = asked;
  const name = path.replace(/^\/api\//, "");
  const isPost = request.method === "POST";
  const routes = isPost ? DOING : READING;
  if (!Object.hasOwn(routes, name)) {
    const isOther = Object.hasOwn(isPost ? READING : DOING, name);
    throw isOther
      ? new RequestError(405, "WRONG_METHOD", "asked the wrong way")
      : notThere("no such page");
  }
  const content = await (routes[name] as Route)(asked);
  if (content !== undefined) sendJson(response, content);
}

function checkWritable({ place }: Context): void {
  if (place.isWritable) return;
  throw new RequestError(
    403,
    "READ_ONLY",
    "this viewer only reads: `store view --write` changes records, too",
  );
}

async function pageRequest({ context, params }: Asked): Promise<PageRequest> {
  const table = await context.catalogue.open(params.get("table"));
  const selection = await selectionOf(params, table);
  const limit = Math.min(numberIn(params, "limit", DEFAULT_LIMIT), MOST_AT_ONCE);
  if (limit === 0) throw badRequest("a page has at least one record");
  return { table, selection, limit, cursor: params.get("cursor") ?? undefined };
}

async function recordName({ context, params }: Asked): Promise<RecordName> {
  const table = await context.catalogue.open(params.get("table"));
  const key = params.get("key");
  if (key === null) throw badRequest("a record is named by its key");
  return { table, key, nth: numberIn(params, "nth", 0) };
}

async function markedSelection(
  { catalogue }: Context,
  params: URLSearchParams,
): Promise<MarkedSelection> {
  const table = await catalogue.open(params.get("table"));
  const selection = await selectionOf(params, table);
  return { name: nameOf(params.get("table")), table, selection };
}

async function exporting({ context, params, response }: Asked): Promise<undefined> {
  const marked = await markedSelection(context, params);
  const limit = params.has("limit") ? numberIn(params, "limit", 0) : Number.POSITIVE_INFINITY;
  const request: ExportRequest = { ...marked, limit, isGone: () => response.destroyed };
  const isJson = params.get("format") === "json";
  const file = marked.name.join("-").replace(/[^\w.-]+/g, "_");
  response.writeHead(200, {
    "Content-Type": isJson
      ? "application/json; charset=utf-8"
      : "application/x-ndjson; charset=utf-8",
    "Content-Disposition": `attachment; filename="${file}.${isJson ? "json" : "ndjson"}"`,
  });
  const sink = (bytes: Buffer) => writeTo(response, bytes);
  await (isJson ? exportJson(request, sink) : exportDump(request, sink));
  response.end();
  return undefined;
}

function numberIn(params: URLSearchParams, name: string, otherwise: number): number {
  const text = params.get(name);
  if (text === null) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(`${name} is a whole number from 0; got ${JSON.stringify(text)}`);
}

function pathIn(params: URLSearchParams): ValuePath {
  try {
    const path: unknown = JSON.parse(params.get("path") ?? "[]");
    if (Array.isArray(path) && path.length <= 2_000) return path as number[];
  } catch {}
  throw badRequest("a path is a list of places");
}
