import * as messages from "@langchain/core/messages";

/** An object of LangChain's as its `toJSON` writes it. */
interface Serialized {
  readonly lc: 1;
  readonly type: string;
  readonly id?: unknown;
  readonly kwargs?: unknown;
}

type MessageClass = new (fields: Record<string, unknown>) => object;

/** How `toJSON` marks an object of the user's that looks like one of LangChain's. */
const ESCAPED = "__lc_escaped__";
/** Where messages are in `id`. */
const NAMESPACE = ["langchain_core", "messages"];
/** Names of fields in JSON of which all versions of `load` make the same. */
const SNAKE_CASE = /^[a-z]+(?:_[a-z]+)*$/;

/**
 * The message whose JSON it is, as LangChain's `load` makes it, which takes ten times as long: it is asynchronous for each
 * value, and writes the JSON of each object again. undefined where something in it is left to `load`.
 */
export function messageOf(json: string): object | undefined {
  const message = revived(JSON.parse(json));
  return message === OTHER ? undefined : (message as object);
}

/** In place of what isn't made here. */
const OTHER = Symbol("other");

/** A value with its messages, made in its own place. */
function revived(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  const names = Object.keys(members);
  if (names.length === 1 && names[0] === ESCAPED) return members[ESCAPED];
  for (const name of names) {
    const member = members[name];
    if (typeof member !== "object" || member === null) continue;
    const made = revived(member);
    if (made === OTHER) return OTHER;
    if (made !== member) members[name] = made;
  }
  return members.lc === 1 && "type" in members && "id" in members
    ? made(members as unknown as Serialized)
    : value;
}

function made({ type, id, kwargs }: Serialized): unknown {
  const builder = type === "constructor" ? classOf(id) : undefined;
  if (builder === undefined || typeof kwargs !== "object" || kwargs === null) return OTHER;
  const aliases = aliasesOf(builder);
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(kwargs)) {
    const field = aliases.get(name) ?? inCamelCase(name);
    if (field === undefined) return OTHER;
    fields[field] = value;
  }
  return new builder(fields);
}

function inCamelCase(name: string): string | undefined {
  if (!SNAKE_CASE.test(name)) return undefined;
  return name.replace(/_./g, ([, letter = ""]) => letter.toUpperCase());
}

function classOf(id: unknown): MessageClass | undefined {
  if (!Array.isArray(id) || id.length !== 3 || !NAMESPACE.every((part, at) => id[at] === part)) {
    return undefined;
  }
  const [, , name] = id;
  const found: unknown = Object.hasOwn(messages, name)
    ? (messages as Record<string, unknown>)[name]
    : undefined;
  return typeof found === "function" && "lc_name" in found
    ? (found as unknown as MessageClass)
    : undefined;
}

const known = new Map<MessageClass, ReadonlyMap<string, string>>();

/** The fields by their names in JSON, where a class says so. */
function aliasesOf(builder: MessageClass): ReadonlyMap<string, string> {
  const before = known.get(builder);
  if (before !== undefined) return before;
  const names: Record<string, string> = {};
  for (
    let prototype: unknown = builder.prototype;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    Object.assign(names, (prototype as { lc_aliases?: object }).lc_aliases);
  }
  const aliases = new Map(Object.entries(names).map(([field, name]) => [name, field]));
  known.set(builder, aliases);
  return aliases;
}
